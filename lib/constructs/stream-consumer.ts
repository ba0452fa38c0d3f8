import { Duration, Fn, Names, Stack, Validations } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { type IGrantable, type IPrincipal, type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { StreamConsumer as FanOutConsumer } from 'aws-cdk-lib/aws-kinesis';
import { EventSourceMapping, type EventSourceMappingOptions, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { gapsOpen, messageParked } from '../../lambdas/shared/log-lines.contract';
import type { StreamRequest } from '../../lambdas/shared/stream-request.contract';
import type { ContextTable } from './context-table';
import type { FailureBucket } from './failure-bucket';
import { ImpactAlarm } from './impact-alarm';
import type { OrderedStream } from './ordered-stream';
import { type FunctionEnvironment, ServiceFunction } from './service-function';

/** What the construct itself tells the consumer's function. */
export interface StreamConsumerEnvironment {
  /** Name of the consumer: part of the keys of all that it writes. */
  readonly CONSUMER: string;
  /** How long an entity may wait for a missing event before the log is read again for it. */
  readonly GAP_PATIENCE_SECONDS: string;
  /** The regions whose positions it reads beside those that it writes: a JSON list. */
  readonly STAGE_REGIONS: string;
  /** The log, to be read again. Not set with Kafka. */
  readonly STREAM_ARN?: string;
}

/** A topic of an MSK cluster whose clients sign in with IAM. */
export interface KafkaSource {
  /** ARN of the cluster. */
  readonly clusterArn: string;
  readonly topic: string;
  /** How many pollers there are; one for each partition at most. @default 1 */
  readonly minimumPollers?: number;
  /** @default 4 */
  readonly maximumPollers?: number;
}

export interface StreamConsumerProps<Env extends StreamConsumerEnvironment> {
  /** `<context>/<verb-noun>` of a bundled function whose handler is an `orderedConsumer`. */
  readonly entry: string;
  /** What the function's contract wants to read beside what the construct itself tells it. */
  readonly environment: FunctionEnvironment<Omit<Env, keyof StreamConsumerEnvironment>>;
  /** Name of the consumer, unique in its table and never changed: positions carry it. For example `activity.timeline`. */
  readonly consumer: string;
  /** Who is hurt, and how, while events are not handled: one sentence for the person whom the alarm wakes up. */
  readonly failureImpact: string;
  /** What is read: a log in Kinesis, or the same records in a topic of Kafka. */
  readonly source: { readonly stream: OrderedStream } | { readonly kafka: KafkaSource };
  /** Where the consumer keeps positions, early events, checkpoints and what it makes of them. */
  readonly table: ContextTable;
  /** Partition keys of what it makes of events, `*` standing for any text, without the generation that comes before them: it may write no others. */
  readonly writes: readonly string[];
  /** Keeps records that could not be handed to the function to the end, with what they say. */
  readonly failures: FailureBucket;
  /** The other regions that the table is replicated to, and in which this consumer reads a log of its own. @default none */
  readonly peerRegions?: readonly string[];
  /** Records a batch. @default 100 */
  readonly batchSize?: number;
  /** How many batches of a lane are worked on at a time, each with entities of its own. A global order needs one. @default 1 */
  readonly parallelizationFactor?: number;
  /** Enhanced fan-out: 2 MB a second and lane for this consumer alone, pushed within some 70 ms; 0.015 USD an hour and lane. @default false */
  readonly fanOut?: boolean;
  /** The age of the last record read from which on the alarm rings. @default Duration.minutes(1) */
  readonly maximumLag?: Duration;
  /** Events a topic of Kafka may be ahead of the consumer, which has no age there. @default 10000 */
  readonly maximumOffsetLag?: number;
  /** How long an entity may wait for a missing event before the log is read again for it. @default Duration.seconds(60) */
  readonly gapPatience?: Duration;
  /** How long one batch may take. @default Duration.seconds(60) */
  readonly timeout?: Duration;
  /** Megabytes. @default 256 */
  readonly memorySize?: number;
}

/** How often entities with a gap are looked at. */
const gapInterval = Duration.minutes(1);

/**
 * Handles each event of a log exactly once and in order per entity, whatever the log hands out twice, late or not at all.
 *
 * A function that reads the log, and what keeps duplicates, gaps and failures harmless:
 * - *duplicates and order*: the function keeps a position per entity and writes it in the transaction of its effect: it applies the next number, drops what
 *   it has had, and keeps what is early until the gap closes;
 * - *a gap that does not close*: a schedule has the function read the log again for entities that wait longer than `gapPatience`; what the log has not is
 *   parked as a case;
 * - *a poison record*: parks its entity; the lane goes on;
 * - *an entity that cannot be written*: the function answers with its first record (`ReportBatchItemFailures`). Lambda goes back to the lowest one that is
 *   answered and hands out everything after it again, which the positions make harmless;
 * - *a batch that fails as a whole*: halved until the record is alone, ten tries, six hours. Then Lambda goes on, the records go to the bucket of failures
 *   with all that they say, and the gap they leave heals from the log, which keeps them longer;
 * - *a lane that is split or merged*: Lambda reads a parent to its end before its children, and positions know entities and no lanes;
 * - *another region that reads its own log*: each writes positions of its own and reads those of all (`peerRegions`), so that replication overwrites none;
 * - *the start*: the oldest record, because the newest would lose what comes in while the mapping is made.
 *
 * Rings when it is late, when gaps stay open and when an entity is parked. Lifted alone it needs: a table with the index `cases`, and a handler made by
 * `lambdas/shared/ordered-consumer.ts`.
 *
 * @example
 * const timeline = new StreamConsumer<RecordTimelineEnv>(this, 'Timeline', {
 *   entry: 'activity/record-timeline',
 *   consumer: 'activity.timeline',
 *   source: { stream: visits },
 *   table,
 *   writes: ['TIMELINE#*'],
 *   environment: { ACTIVITY_TABLE: table.tableName },
 *   failures,
 *   failureImpact: 'Customers do not see what they looked at.',
 * });
 */
export class StreamConsumer<Env extends StreamConsumerEnvironment> extends Construct implements IGrantable {
  /** What it is called in its table and its logs. */
  public readonly consumer: string;
  /** The function; invoked directly it answers an operator's requests (lag, replay, promotion, gaps, cases). */
  public readonly function: ServiceFunction<Omit<Env, keyof StreamConsumerEnvironment>>;
  /** What the function may do. */
  public readonly role: IRole;
  /** The same role: what `table.grantX(thisConsumer)` grants to. */
  public readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: StreamConsumerProps<Env>) {
    super(scope, id);
    const { entry, environment, consumer, failureImpact, source, failures, memorySize } = props;
    const { gapPatience = Duration.seconds(60), timeout = Duration.seconds(60), peerRegions = [] } = props;
    this.assertOrderIsKept(props);
    this.consumer = consumer;
    this.function = new ServiceFunction<Omit<Env, keyof StreamConsumerEnvironment>>(this, 'Function', {
      entry,
      environment,
      failureImpact,
      timeout,
      ...(memorySize !== undefined && { memorySize }),
    });
    this.role = this.function.role;
    this.grantPrincipal = this.function.role;
    this.tell({
      CONSUMER: consumer,
      GAP_PATIENCE_SECONDS: String(gapPatience.toSeconds()),
      STAGE_REGIONS: JSON.stringify([Stack.of(this).region, ...peerRegions]),
      ...('stream' in source && { STREAM_ARN: source.stream.streamArn }),
    });
    this.grantTable(props);
    this.role.addManagedPolicy(failures.storing);
    if ('stream' in source) this.readStream(source.stream, props);
    else this.readTopic(source.kafka, props);
    this.fillGaps();
    this.alarms(props);
  }

  private assertOrderIsKept({ source, parallelizationFactor = 1, fanOut = false }: StreamConsumerProps<Env>): void {
    const { path } = this.node;
    if ('kafka' in source && (fanOut || parallelizationFactor !== 1))
      throw new Error(`${path} reads Kafka, which has neither fan-out nor a parallelization factor; expected none`);
    if ('stream' in source && source.stream.isGlobalOrder && parallelizationFactor !== 1)
      throw new Error(
        `parallelizationFactor of ${path} is ${parallelizationFactor}, expected 1: its stream keeps a global order`,
      );
  }

  private tell(environment: StreamConsumerEnvironment): void {
    for (const [key, value] of Object.entries<string>({ ...environment }))
      this.function.function.addEnvironment(key, value);
  }

  /** Reads the table, and writes what is its own there: what its region keeps, its cases, and what it makes of events. */
  private grantTable({ consumer, table, writes }: StreamConsumerProps<Env>): void {
    const own = `${consumer}#${Stack.of(this).region}`;
    table.grantRead(this.function);
    table.grantListed(this.function);
    table.grantWriteOf(this.function, [
      `POSITION#${own}#*`,
      `CHECKPOINT#${own}`,
      `REPLAY#${own}#*`,
      `LOOK#${own}#*`,
      `CONSUMER#${consumer}`,
      `TRIES#${consumer}#*`,
      'CASE#*',
      ...writes.map((key) => `*/${key}`),
    ]);
  }

  /** What both sources have: where to begin, and what becomes of a batch that fails. */
  private mappingOptions({ failures, batchSize = 100 }: StreamConsumerProps<Env>): EventSourceMappingOptions {
    return {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 10,
      // Far shorter than the log's retention: a gap that this leaves can still be filled from it.
      maxRecordAge: Duration.hours(6),
      onFailure: { bind: () => ({ destination: failures.bucket.bucketArn }) },
    };
  }

  private readStream(stream: OrderedStream, props: StreamConsumerProps<Env>): void {
    const { parallelizationFactor = 1, fanOut = false } = props;
    const own = fanOut ? this.fanOut(stream) : undefined;
    stream.grantReplay(this.function);
    const mapping = new EventSourceMapping(this, 'Source', {
      ...this.mappingOptions(props),
      target: this.function.alias,
      eventSourceArn: own?.streamConsumerArn ?? stream.streamArn,
      parallelizationFactor,
    });
    mapping.node.addDependency(this.role);
  }

  private fanOut(stream: OrderedStream): FanOutConsumer {
    const own = new FanOutConsumer(this, 'FanOut', {
      stream: stream.stream,
      // CloudFormation wants a name and makes none up.
      streamConsumerName: Names.uniqueResourceName(this, { maxLength: 128, separator: '-' }),
    });
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'],
        resources: [own.streamConsumerArn],
      }),
    );
    return own;
  }

  private readTopic(
    { clusterArn, topic, minimumPollers = 1, maximumPollers = 4 }: KafkaSource,
    props: StreamConsumerProps<Env>,
  ): void {
    const { consumer } = props;
    this.grantKafka(clusterArn, topic);
    const mapping = new EventSourceMapping(this, 'Source', {
      ...this.mappingOptions(props),
      target: this.function.alias,
      eventSourceArn: clusterArn,
      kafkaTopic: topic,
      kafkaConsumerGroupId: consumer,
      // Only pollers of one's own bisect, limit retries and take partial failures
      // (https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html).
      provisionedPollerConfig: { minimumPollers, maximumPollers },
    });
    mapping.node.addDependency(this.role);
  }

  /** What Lambda's pollers do to a cluster in the function's name. */
  private grantKafka(clusterArn: string, topic: string): void {
    const part = (kind: string, name: string) =>
      `${Fn.select(0, Fn.split(':cluster/', clusterArn))}:${kind}/${Fn.select(1, Fn.split(':cluster/', clusterArn))}/${name}`;
    const statement = (actions: readonly string[], resource: string) =>
      this.role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
    statement(['kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'], clusterArn);
    statement(['kafka-cluster:Connect', 'kafka-cluster:DescribeClusterDynamicConfiguration'], clusterArn);
    statement(['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'], part('topic', topic));
    statement(['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'], part('group', this.consumer));
    // Kept apart from the other grants, so that the acknowledgement covers nothing else.
    const network = new Policy(this, 'Network', {
      roles: [this.role],
      statements: [
        new PolicyStatement({
          actions: [
            'ec2:CreateNetworkInterface',
            'ec2:DeleteNetworkInterface',
            'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSecurityGroups',
            'ec2:DescribeSubnets',
            'ec2:DescribeVpcs',
          ],
          resources: ['*'],
        }),
      ],
    });
    Validations.of(network).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: "Lambda makes the pollers' network interfaces in the cluster's network; their ids are not known before.",
    });
  }

  private fillGaps(): void {
    const event = RuleTargetInput.fromObject({ fillGaps: true } satisfies StreamRequest);
    // A look that fails is no harm: the next one comes in a minute.
    const targets = [new LambdaFunction(this.function.alias, { event, retryAttempts: 0 })];
    const rule = new Rule(this, 'GapSweep', { schedule: Schedule.rate(gapInterval), targets });
    Validations.of(rule).acknowledge({
      id: 'Serverless::Serverless-EventBusDLQ',
      reason: 'Nobody would look for the gaps of the past again; the function’s alarm tells that looks fail.',
    });
  }

  private alarms(props: StreamConsumerProps<Env>): void {
    const { consumer, failureImpact: impact, source } = props;
    const { maximumLag = Duration.minutes(1), maximumOffsetLag = 10_000, gapPatience = Duration.seconds(60) } = props;
    const period = Duration.minutes(1);
    const of = (filter: MetricFilter, statistic: string): IMetric =>
      filter.metric({ period, statistic, dimensionsMap: { consumer } });
    const lag =
      'stream' in source
        ? { name: 'IteratorAge', threshold: maximumLag.toMilliseconds() }
        : { name: 'OffsetLag', threshold: maximumOffsetLag };
    const metric = this.function.function.metric(lag.name, { period, statistic: 'Maximum' });
    new ImpactAlarm(this, 'LagAlarm', { metric, threshold: lag.threshold, impact, runbook: 'streams.md#lag' });
    new ImpactAlarm(this, 'GapAlarm', {
      metric: of(this.logged('OpenGaps', gapsOpen, '$.oldestSeconds'), 'Maximum'),
      // A look fills what the log has: whoever has waited for two more waits for something that it cannot have.
      threshold: gapPatience.toSeconds() + 3 * gapInterval.toSeconds(),
      impact,
      runbook: 'streams.md#gaps',
    });
    new ImpactAlarm(this, 'ParkedAlarm', {
      metric: of(this.logged('ParkedEntities', messageParked, '1'), 'Sum'),
      impact,
      runbook: 'streams.md#parked-entities',
    });
  }

  // Counted from the log: a metrics library would be 30 KB of each consumer's bundle, for a line that is hardly ever written.
  private logged(id: string, line: string, metricValue: string): MetricFilter {
    return new MetricFilter(this, id, {
      logGroup: this.function.logGroup,
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue('$.message', '=', line),
        FilterPattern.stringValue('$.consumer', '=', this.consumer),
      ),
      metricNamespace: 'Tenfold',
      metricName: id,
      metricValue,
      dimensions: { consumer: '$.consumer' },
    });
  }
}
