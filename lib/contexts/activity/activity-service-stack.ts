import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { CountActivityEnv } from '../../../lambdas/activity/count-activity.contract';
import { type ForwardEventsEnv, forwardedTypes } from '../../../lambdas/activity/forward-events.contract';
import type { KeepStockLedgerEnv } from '../../../lambdas/activity/keep-stock-ledger.contract';
import type { ReadActivityEnv } from '../../../lambdas/activity/read-activity.contract';
import type { RecordActivityEnv } from '../../../lambdas/activity/record-activity.contract';
import type { RecordTimelineEnv } from '../../../lambdas/activity/record-timeline.contract';
import type { ContextTable } from '../../constructs/context-table';
import type { DomainTopic } from '../../constructs/domain-topic';
import { ExactlyOnceConsumer } from '../../constructs/exactly-once-consumer';
import type { FailureBucket } from '../../constructs/failure-bucket';
import type { OrderedStream } from '../../constructs/ordered-stream';
import { ProgressiveFunction, type VersionRelease } from '../../constructs/progressive-function';
import type { RecordIntake } from '../../constructs/record-intake';
import { StreamConsumer } from '../../constructs/stream-consumer';
import type { SubjectKeyTable } from '../../constructs/subject-key-table';

export interface ActivityServiceStackProps extends StackProps {
  readonly table: ContextTable;
  /** The other regions of the stage, which read logs of their own. */
  readonly peerRegions: readonly string[];
  readonly events: DomainTopic;
  /** The log of what customers do. */
  readonly activity: OrderedStream;
  /** The log of stock movements. */
  readonly stockMovements: OrderedStream;
  /** Keeps records that could not be handed to their consumer. */
  readonly failures: FailureBucket;
  /** How long a missing event may still come by itself before a log is read again for it. */
  readonly gapPatience: Duration;
  /** The keys by which what customers search for is sealed. */
  readonly subjectKeys: SubjectKeyTable;
  /** Takes the records of accesses. */
  readonly intake: RecordIntake;
  /** How new versions of what answers the API come to their traffic. */
  readonly release: VersionRelease;
}

/** Who writes the timelines that are read. */
const timelineConsumer = 'activity.timeline';

/** What customers do and what becomes of stock: put on ordered logs, and made into timelines, counters and a ledger. */
export class ActivityServiceStack extends Stack {
  /** The functions that answer the API, by the contract's `operationId`. */
  public readonly api: { readonly recordActivity: IFunction; readonly readActivity: IFunction };
  /** Where messages wait for the context's consumers, by consumer. */
  public readonly queues: { readonly [consumer: string]: IQueue };

  constructor(scope: Construct, id: string, props: ActivityServiceStackProps) {
    super(scope, id, props);
    this.api = this.apiFunctions(props);
    this.queues = this.forwarding(props);
    this.consumers(props);
  }

  private apiFunctions({ table, activity, subjectKeys, intake, release }: ActivityServiceStackProps) {
    const environment = { ...intake.environment, ...subjectKeys.environment, ACTIVITY_TABLE: table.tableName };
    const recordActivity = new ProgressiveFunction<RecordActivityEnv>(this, 'RecordActivity', {
      release,
      operation: 'recordActivity',
      entry: 'activity/record-activity',
      environment: { ...environment, ACTIVITY_STREAM_ARN: activity.streamArn },
      failureImpact: 'What customers look at is not recorded.',
      // A hundred events one after the other, on a bad day of the log.
      timeout: Duration.seconds(25),
      latencyLimit: Duration.seconds(3),
    });
    const readActivity = new ProgressiveFunction<ReadActivityEnv>(this, 'ReadActivity', {
      release,
      operation: 'readActivity',
      entry: 'activity/read-activity',
      environment: { ...environment, TIMELINE_CONSUMER: timelineConsumer },
      failureImpact: 'What customers have looked at cannot be read.',
    });
    table.grantRegionStanding(recordActivity);
    activity.grantAppend(recordActivity);
    table.grantRead(readActivity);
    subjectKeys.grantSeal(recordActivity);
    subjectKeys.grantOpen(readActivity);
    for (const recorder of [recordActivity, readActivity]) intake.grantRecord(recorder);
    return { recordActivity: recordActivity.alias, readActivity: readActivity.alias };
  }

  private forwarding({ table, events, activity, stockMovements }: ActivityServiceStackProps) {
    const forward = new ExactlyOnceConsumer<ForwardEventsEnv>(this, 'Forwarding', {
      entry: 'activity/forward-events',
      environment: {
        ACTIVITY_TABLE: table.tableName,
        ACTIVITY_STREAM_ARN: activity.streamArn,
        STOCK_MOVEMENTS_STREAM_ARN: stockMovements.streamArn,
      },
      consumer: 'activity.forward',
      failureImpact: 'Orders are missing in the timelines of customers, and stock movements in the ledger.',
      subscription: { topic: events, types: Object.values(forwardedTypes).flat() },
      // Half an hour: a log that is away for some minutes parks no entity, and there is nothing but the log that can fail.
      attempts: 12,
    });
    table.grantRead(forward);
    table.grantWriteOf(forward, [`TRIES#${forward.consumer}#*`, 'CASE#*']);
    for (const log of [activity, stockMovements]) log.grantAppend(forward);
    return { [forward.consumer]: forward.queue };
  }

  private consumers(props: ActivityServiceStackProps): void {
    const { table, peerRegions, activity, stockMovements, failures, gapPatience } = props;
    const environment = { ACTIVITY_TABLE: table.tableName };
    const timeline = new StreamConsumer<RecordTimelineEnv>(this, 'Timeline', {
      entry: 'activity/record-timeline',
      environment,
      consumer: timelineConsumer,
      failureImpact: 'What customers have done is late in their timelines.',
      source: { stream: activity },
      table,
      writes: ['TIMELINE#*'],
      peerRegions,
      failures,
      gapPatience,
    });
    const counters = new StreamConsumer<CountActivityEnv>(this, 'Counters', {
      entry: 'activity/count-activity',
      environment,
      consumer: 'activity.counters',
      failureImpact: 'The counters of what customers do fall behind.',
      source: { stream: activity },
      table,
      writes: ['COUNTER#*'],
      peerRegions,
      failures,
      gapPatience,
    });
    const ledger = new StreamConsumer<KeepStockLedgerEnv>(this, 'StockLedger', {
      entry: 'activity/keep-stock-ledger',
      environment,
      consumer: 'activity.stock-ledger',
      failureImpact: 'The ledger of stock movements falls behind.',
      source: { stream: stockMovements },
      table,
      writes: [`LEDGER#${this.region}`, `BALANCE#${this.region}`],
      peerRegions,
      failures,
      gapPatience,
    });
    for (const [name, { consumer, function: fn }] of Object.entries({ timeline, counters, ledger }))
      new CfnOutput(this, `${name.charAt(0).toUpperCase()}${name.slice(1)}Function`, {
        value: fn.alias.functionArn,
        description: `Consumer ${consumer}; answers npm run stream`,
      });
  }
}
