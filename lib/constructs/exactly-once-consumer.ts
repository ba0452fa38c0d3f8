import { Duration, Validations } from 'aws-cdk-lib';
import type { IGrantable, IPrincipal, IRole } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { DeduplicationScope, FifoThroughputLimit, type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { messageParked } from '../../lambdas/shared/log-lines.contract';
import { DeadLetterQueue } from './dead-letter-queue';
import type { DomainTopic } from './domain-topic';
import { ImpactAlarm } from './impact-alarm';
import { longestRedelivery } from './longest-redelivery';
import { type FunctionEnvironment, ServiceFunction } from './service-function';

/** What the construct itself tells the consumer's function. */
export interface ConsumerEnvironment {
  /** Name of the consumer: part of its inbox markers' keys. */
  readonly CONSUMER: string;
  /** The delivery from which on a try that fails parks the message's group. */
  readonly ATTEMPTS: string;
  /** Lifetime of an inbox marker, from the last delivery that met it: longer than the longest redelivery. */
  readonly INBOX_RETENTION_SECONDS: string;
  /** The queue it drains. */
  readonly QUEUE_URL: string;
}

export interface ExactlyOnceConsumerProps<Env extends ConsumerEnvironment> {
  /** `<context>/<verb-noun>` of a bundled function whose handler is a `fifoConsumer`. */
  readonly entry: string;
  /** What the function's contract wants to read beside what the construct itself tells it. */
  readonly environment: FunctionEnvironment<Omit<Env, keyof ConsumerEnvironment>>;
  /** Name of the consumer, unique in its table and never changed: inbox markers carry it. For example `payments.charge`. */
  readonly consumer: string;
  /** Who is hurt, and how, while messages are not handled: one sentence for the person whom the alarm wakes up. */
  readonly failureImpact: string;
  /** The events to hear of. @default none: commands are sent to the queue directly */
  readonly subscription?: { readonly topic: DomainTopic; readonly types: readonly string[] };
  /** How long one batch may take. @default Duration.seconds(30) */
  readonly timeout?: Duration;
  /**
   * The delivery from which on a try that fails parks the message's entity for an operator. Without throttled polls, killed
   * workers and failing predecessors that is the number of tries. @default 5, so after 15 seconds
   */
  readonly attempts?: number;
  /** Messages a batch. @default 10, which is also the most a FIFO queue allows */
  readonly batchSize?: number;
  /** How long a message may wait in the queue. @default Duration.days(4) */
  readonly queueRetention?: Duration;
  /** How long after the first time a publisher may publish a message again. @default Duration.days(7), the outbox's retention */
  readonly republication?: Duration;
  /** How long an operator may take over a parked case. @default Duration.days(14) */
  readonly operatorAllowance?: Duration;
  /** The age of the oldest message from which on the alarm rings. @default Duration.minutes(10) */
  readonly maximumDelay?: Duration;
  /** Megabytes. @default 256 */
  readonly memorySize?: number;
}

/**
 * Handles each message exactly once, in order per entity, and loses none.
 *
 * A FIFO queue (grouped by entity), the function that drains it, and what keeps duplicates and failures harmless:
 * - *duplicates*: the function writes an inbox marker in the transaction of its effect; `INBOX_RETENTION_SECONDS` makes it outlive the
 *   longest redelivery of queue, dead-letter queue and operator, where FIFO deduplication knows five minutes; a delivery that meets a
 *   marker renews it;
 * - *order*: the function answers with the failed message and all later ones of its group (`reportBatchItemFailures`);
 * - *a message that keeps failing*: a try that fails at delivery `attempts` or later parks the message's entity (an item in the
 *   function's table) and acknowledges it, so that the group's dead letters do not overtake each other. None is parked untried for having
 *   waited, or for being handed out to throttled or killed workers;
 * - *a message that kills its worker*: it never gets as far as failing, so from delivery `attempts + 1` on tries are noted in the table
 *   before they begin; it is parked when `2 × attempts` of them were lost, and until then comes back apart from the rest of its batch;
 * - *the last resort*: the dead-letter queue takes what could not be parked either, at delivery `10 × attempts`, long after parking was
 *   due, and anything in it rings an alarm;
 * - *a slow batch*: the queue hides messages for six timeouts, as AWS asks for, so that it is not delivered twice at a time.
 *
 * Lifted alone it needs: a table for the markers and a handler that writes them (`lambdas/shared/fifo-consumer.ts`).
 *
 * @example
 * const charges = new ExactlyOnceConsumer<ChargePaymentEnv>(this, 'Charges', {
 *   entry: 'payments/charge-payment',
 *   consumer: 'payments.charge',
 *   environment: { PAYMENTS_TABLE: payments.tableName },
 *   failureImpact: 'Customers are not charged and their orders wait.',
 * });
 * payments.grantEntityStore(charges);
 */
export class ExactlyOnceConsumer<Env extends ConsumerEnvironment> extends Construct implements IGrantable {
  /** What it is called in its table and its logs. */
  public readonly consumer: string;
  /** Where messages arrive. */
  public readonly queue: IQueue;
  /** What could be neither handled nor parked. */
  public readonly deadLetterQueue: IQueue;
  /** The function that drains the queue. */
  public readonly function: ServiceFunction<Omit<Env, keyof ConsumerEnvironment>>;
  /** What the function may do. */
  public readonly role: IRole;
  /** The same role: what `table.grantX(thisConsumer)` grants to. */
  public readonly grantPrincipal: IPrincipal;
  /** How long inbox markers live. */
  public readonly inboxRetention: Duration;

  constructor(scope: Construct, id: string, props: ExactlyOnceConsumerProps<Env>) {
    super(scope, id);
    const { consumer, subscription, timeout = Duration.seconds(30), attempts = 5, batchSize = 10 } = props;
    const { queueRetention = Duration.days(4), republication = Duration.days(7) } = props;
    const { operatorAllowance = Duration.days(14) } = props;
    const { entry, environment, failureImpact, memorySize } = props;
    this.consumer = consumer;
    const deadLetterRetention = DeadLetterQueue.retention;
    this.inboxRetention = longestRedelivery({ republication, queueRetention, deadLetterRetention, operatorAllowance });
    const deadLetters = { fifo: true, impact: failureImpact, runbook: 'consumers.md#dead-letters' } as const;
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', deadLetters).queue;
    this.queue = new Queue(this, 'Queue', {
      fifo: true,
      // High throughput: 300 calls a second per group's partition instead of per queue. Deduplication is then per group, too.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: queueRetention,
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      // Far beyond the attempts: throttled polls and killed workers count as receptions, a message that kills its worker is parked only
      // at delivery 3 × attempts + 1, and a dead letter would be overtaken by its group.
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: Math.min(1000, 10 * attempts) },
    });
    this.function = new ServiceFunction<Omit<Env, keyof ConsumerEnvironment>>(this, 'Function', {
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
      ATTEMPTS: String(attempts),
      INBOX_RETENTION_SECONDS: String(this.inboxRetention.toSeconds()),
      QUEUE_URL: this.queue.queueUrl,
    });
    this.drain(batchSize);
    if (subscription) this.subscribe(subscription);
    this.alarms(props);
  }

  private tell(environment: ConsumerEnvironment): void {
    for (const [key, value] of Object.entries<string>({ ...environment }))
      this.function.function.addEnvironment(key, value);
  }

  private drain(batchSize: number): void {
    this.queue.grantConsumeMessages(this.function);
    const mapping = new EventSourceMapping(this, 'Source', {
      eventSourceArn: this.queue.queueArn,
      target: this.function.alias,
      batchSize,
      reportBatchItemFailures: true,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'Lambda offers no failure destination for SQS; the queue has a dead-letter queue.',
    });
  }

  private subscribe({ topic, types }: { readonly topic: DomainTopic; readonly types: readonly string[] }): void {
    topic.topic.addSubscription(
      new SqsSubscription(this.queue, {
        rawMessageDelivery: true,
        filterPolicy: { type: SubscriptionFilter.stringFilter({ allowlist: [...types] }) },
        deadLetterQueue: this.deadLetterQueue,
      }),
    );
  }

  private alarms(props: ExactlyOnceConsumerProps<Env>): void {
    const { consumer, failureImpact: impact, maximumDelay = Duration.minutes(10) } = props;
    const period = Duration.minutes(1);
    const age = this.queue.metricApproximateAgeOfOldestMessage({ period });
    const parked = this.parkedMessages(consumer).metric({ period, statistic: 'Sum', dimensionsMap: { consumer } });
    new ImpactAlarm(this, 'AgeAlarm', {
      metric: age,
      threshold: maximumDelay.toSeconds(),
      impact,
      runbook: 'consumers.md#late-messages',
    });
    new ImpactAlarm(this, 'ParkedAlarm', { metric: parked, impact, runbook: 'consumers.md#parked-cases' });
  }

  // Counted from the log: a metrics library would be 30 KB of each consumer's bundle, for a line that is hardly ever written.
  private parkedMessages(consumer: string): MetricFilter {
    return new MetricFilter(this, 'ParkedMessages', {
      logGroup: this.function.logGroup,
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue('$.message', '=', messageParked),
        FilterPattern.stringValue('$.consumer', '=', consumer),
      ),
      metricNamespace: 'Tenfold',
      metricName: 'ParkedMessages',
      dimensions: { consumer: '$.consumer' },
    });
  }
}
