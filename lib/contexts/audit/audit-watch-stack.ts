import { Stack, type StackProps } from 'aws-cdk-lib';
import { Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { auditedRoutes } from '../../../lambdas/audit/audited-routes.contract';
import type { ContextTable } from '../../constructs/context-table';
import type { OrderedStream } from '../../constructs/ordered-stream';
import { AccessWatch } from './constructs/access-watch';
import { CompletenessCheck } from './constructs/completeness-check';
import type { FindingsTopic } from './constructs/findings-topic';

export interface AuditWatchStackProps extends StackProps {
  readonly table: ContextTable;
  /** What takes the records of accesses. */
  readonly stream: OrderedStream;
  /** Where the gateway logs every request. */
  readonly accessLogs: ILogGroup;
  /** Where unusual accesses are told. */
  readonly findings: FindingsTopic;
}

/** Looks at what is recorded: whether it is unusual, and whether it is all. */
export class AuditWatchStack extends Stack {
  constructor(scope: Construct, id: string, props: AuditWatchStackProps) {
    super(scope, id, props);
    const { table, stream, accessLogs, findings } = props;
    const watch = new AccessWatch(this, 'Watch', { table, stream, findings });
    const routes = Object.keys(auditedRoutes);
    const check = new CompletenessCheck(this, 'Completeness', { table, accessLogs, auditedRoutes: routes });
    new Dashboard(this, 'Audit', {
      widgets: [
        [
          new GraphWidget({ title: 'Unusual accesses, by rule', left: Object.values(watch.unusual), width: 12 }),
          new GraphWidget({ title: 'Requests without a record', left: [check.missing], width: 12 }),
        ],
        [
          new GraphWidget({ title: 'Records', left: [stream.stream.metricIncomingRecords()], width: 12 }),
          new GraphWidget({ title: 'Age of what is judged', left: [watch.age], width: 12 }),
        ],
      ],
    });
  }
}
