import { Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ChainRecordsEnv } from '../../../lambdas/audit/chain-records.contract';
import type { DrainBacklogEnv } from '../../../lambdas/audit/drain-backlog.contract';
import type { SealChainsEnv } from '../../../lambdas/audit/seal-chains.contract';
import { watchMetrics } from '../../../lambdas/audit/watch-metrics.contract';
import type { ContextTable } from '../../constructs/context-table';
import { DeadLetterQueue } from '../../constructs/dead-letter-queue';
import { HeartbeatAlarm } from '../../constructs/heartbeat-alarm';
import { ImpactAlarm } from '../../constructs/impact-alarm';
import { ServiceFunction } from '../../constructs/service-function';
import type { AuditStoreStack } from './audit-store-stack';
import { sealerName } from './sealer-name';

export interface AuditServiceStackProps extends StackProps {
  readonly table: ContextTable;
  /** This region's store. */
  readonly store: AuditStoreStack;
  /** What all names of the stage's audit trail begin with. */
  readonly prefix: string;
}

/** Every shard is told something once a minute, so that one that is not read is found in minutes, whether or not somebody accesses anything. */
const sealInterval = Duration.minutes(1);
const maximumLag = Duration.minutes(5);

const missing = 'Records of accesses wait in the stream; after a week they are lost.';

/** Chains the records of a region, stores them, and seals the chains. */
export class AuditServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: AuditServiceStackProps) {
    super(scope, id, props);
    this.chainRecords(props);
    this.sealChains(props);
    this.drainBacklog(props);
  }

  private chainRecords({ table, store }: AuditServiceStackProps): void {
    const { access, security } = store.deliveries;
    const chain = new ServiceFunction<ChainRecordsEnv>(this, 'ChainRecords', {
      entry: 'audit/chain-records',
      environment: {
        AUDIT_TABLE: table.tableName,
        ACCESS_DELIVERY: access.streamName,
        SECURITY_DELIVERY: security.streamName,
      },
      failureImpact: missing,
      timeout: Duration.seconds(60),
    });
    table.grantRead(chain);
    // Nothing of seals: who adds to chains cannot say what was sealed.
    table.grantWriteOf(chain, ['CHAIN#*']);
    access.grantDeliver(chain);
    security.grantDeliver(chain);
    store.intake.stream.grantReplay(chain);
    // Nothing may be skipped, so it is tried until the stream forgets, and the shard waits: the alarm is for people who hurry.
    const records = new EventSourceMapping(this, 'Records', {
      eventSourceArn: store.intake.stream.streamArn,
      target: chain.alias,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 500,
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
    });
    records.node.addDependency(chain.role);
    const keeps =
      'Nothing is given up: a batch comes again until it is chained, or the stream forgets it after a week.';
    this.acknowledgeKept(records, keeps);
    new ImpactAlarm(this, 'LagAlarm', {
      metric: chain.function.metric('IteratorAge', { period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: maximumLag.toMilliseconds(),
      impact: missing,
      runbook: 'audit.md#lag',
    });
  }

  private sealChains({ table, store, prefix }: AuditServiceStackProps): void {
    const impact = 'Hours of the audit trail are not sealed: who removes the last records of one is not found out.';
    const deadLetters = new DeadLetterQueue(this, 'SealDeadLetters', { impact, runbook: 'audit.md#seals' });
    const seal = new ServiceFunction<SealChainsEnv>(this, 'SealChains', {
      entry: 'audit/seal-chains',
      environment: {
        AUDIT_TABLE: table.tableName,
        AUDIT_STREAM: store.intake.stream.streamName,
        STREAM_RETENTION_HOURS: String(store.intake.retention.toHours()),
        SEAL_KEY: store.sealKey.keyArn,
      },
      failureImpact: impact,
      timeout: Duration.seconds(55),
      reservedConcurrency: 1,
      roleName: sealerName(prefix, this.region),
      deadLetterQueue: deadLetters.queue,
    });
    table.grantRead(seal);
    table.grantWriteOf(seal, ['CHAIN#*', 'SEAL#*']);
    table.grantListed(seal);
    store.intake.stream.grantAppend(seal);
    const { streamArn } = store.intake.stream;
    seal.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['kinesis:ListShards'], resources: [streamArn] }));
    seal.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['kms:Sign', 'kms:GetPublicKey'],
        resources: [store.sealKey.keyArn],
      }),
    );
    const targets = [new LambdaFunction(seal.alias, { deadLetterQueue: deadLetters.queue, retryAttempts: 2 })];
    new Rule(this, 'SealSchedule', { schedule: Schedule.rate(sealInterval), targets });
    new HeartbeatAlarm(this, 'Chained', {
      namespace: watchMetrics.namespace,
      metricName: watchMetrics.shardsKeepUp,
      dimensions: { service: 'audit' },
      impact: missing,
      runbook: 'audit.md#not-chained',
      minutes: 5,
    });
  }

  private drainBacklog({ store }: AuditServiceStackProps): void {
    const drain = new ServiceFunction<DrainBacklogEnv>(this, 'DrainBacklog', {
      entry: 'audit/drain-backlog',
      environment: { AUDIT_STREAM: store.intake.stream.streamName },
      failureImpact: 'Records of accesses wait in the backlog; after two weeks they are lost.',
      optOutOfErrorAlarm: {
        reason: 'While the stream is away it fails by design; the alarm of the dead letters rings when that lasts.',
      },
    });
    store.intake.grantDrain(drain);
    const backlog = new EventSourceMapping(this, 'Backlog', {
      eventSourceArn: store.intake.backlog.queueArn,
      target: drain.alias,
      batchSize: 10,
      reportBatchItemFailures: true,
    });
    backlog.node.addDependency(drain.role);
    this.acknowledgeKept(backlog, 'What fails again and again goes to the dead-letter queue of its queue.');
  }

  private acknowledgeKept(mapping: EventSourceMapping, reason: string): void {
    Validations.of(mapping).acknowledge({ id: 'Serverless::Serverless-LambdaEventSourceMappingDestination', reason });
  }
}
