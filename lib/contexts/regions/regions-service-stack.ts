import { Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { AwaitQuietEnv } from '../../../lambdas/regions/await-quiet.contract';
import type { CompareReplicasEnv } from '../../../lambdas/regions/compare-replicas.contract';
import type { FenceRegionEnv } from '../../../lambdas/regions/fence-region.contract';
import type { KeepRegionLeaseEnv } from '../../../lambdas/regions/keep-region-lease.contract';
import type { UnfenceRegionEnv } from '../../../lambdas/regions/unfence-region.contract';
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
    this.steps(tables, props.leaseDuration);
  }

  /** What evacuation and return do to the records about regions. */
  private steps(tables: RegionTables, leaseDuration: Duration) {
    const { environment } = tables;
    // Another region that does not answer is given up after two seconds, twice a table.
    const timeout = Duration.seconds(30);
    const fence = new ServiceFunction<FenceRegionEnv>(this, 'FenceRegion', {
      entry: 'regions/fence-region',
      environment,
      failureImpact: 'A region cannot be evacuated.',
      timeout,
    });
    const quiet = new ServiceFunction<AwaitQuietEnv>(this, 'AwaitQuiet', {
      entry: 'regions/await-quiet',
      environment: { ...environment, LEASE_SECONDS: String(leaseDuration.toSeconds()) },
      failureImpact: 'An evacuation does not go on: what the region left behind waits.',
      timeout,
    });
    const unfence = new ServiceFunction<UnfenceRegionEnv>(this, 'UnfenceRegion', {
      entry: 'regions/unfence-region',
      environment,
      failureImpact: 'An evacuated region is not let back in.',
      timeout,
    });
    const compare = new ServiceFunction<CompareReplicasEnv>(this, 'CompareReplicas', {
      entry: 'regions/compare-replicas',
      environment,
      failureImpact: 'A region is not let back in: whether its replicas have parted is not known.',
      timeout: Duration.minutes(2),
      memorySize: 512,
    });
    tables.grantRepair(compare);
    tables.grantRecordsEverywhere(fence);
    for (const step of [quiet, unfence]) tables.grantRecordsHere(step);
    return { fence, quiet, unfence, compare };
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
