import { Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { KeepRegionLeaseEnv } from '../../../lambdas/regions/keep-region-lease.contract';
import { ServiceFunction } from '../../constructs/service-function';
import { type NamedTable, type PeerRegion, RegionTables } from './constructs/region-tables';

export interface RegionsServiceStackProps extends StackProps {
  /** This region's table of each context, by context. */
  readonly tables: { readonly [context: string]: NamedTable };
  /** The other regions of the stage. */
  readonly peers: readonly PeerRegion[];
  /** How long the region may go on writing after its keeper has stopped. */
  readonly leaseDuration: Duration;
}

/** Local clouds know the text of this rate, and play it faster. */
const renewal = Duration.minutes(1);

/** Whether a region may write: its lease. */
export class RegionsServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: RegionsServiceStackProps) {
    super(scope, id, props);
    const tables = new RegionTables(this, props.tables, props.peers);
    this.keepLease(tables, props.leaseDuration);
  }

  private keepLease(tables: RegionTables, leaseDuration: Duration): void {
    const keeper = new ServiceFunction<KeepRegionLeaseEnv>(this, 'KeepRegionLease', {
      entry: 'regions/keep-region-lease',
      environment: { ...tables.environment, LEASE_SECONDS: String(leaseDuration.toSeconds()) },
      failureImpact: 'The region stops writing when its lease ends: orders are taken elsewhere, and its own wait.',
      timeout: Duration.seconds(30),
    });
    tables.grantRecords(keeper);
    // A renewal that fails is no harm: the next one comes in a minute.
    const targets = [new LambdaFunction(keeper.alias, { retryAttempts: 0 })];
    const rule = new Rule(this, 'Renewals', { schedule: Schedule.rate(renewal), targets });
    Validations.of(rule).acknowledge({
      id: 'Serverless::Serverless-EventBusDLQ',
      reason: 'Nobody would renew a lease of the past again; the function’s alarm tells that renewals fail.',
    });
  }
}
