import { Duration, Validations } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ImpactAlarm, type RunbookEntry } from './impact-alarm';

export interface DeadLetterQueueProps {
  /** Who is hurt by what lies in it: one sentence for the person whom the alarm wakes up. */
  readonly impact: string;
  /** What to do about a message in it. */
  readonly runbook: RunbookEntry;
  /** Whether the source is a FIFO queue or topic, which both want a FIFO queue here. @default false */
  readonly fifo?: boolean;
}

/** The last resort for what could not be delivered or handled: kept as long as SQS can, and never silently. */
export class DeadLetterQueue extends Construct {
  /** How long messages are kept: the most that SQS allows. */
  public static readonly retention = Duration.days(14);
  public readonly queue: IQueue;

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    const { impact, runbook, fifo } = props;
    const queue = new Queue(this, 'Queue', {
      // CloudFormation takes `true` or nothing.
      ...(fifo && { fifo }),
      retentionPeriod: DeadLetterQueue.retention,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) });
    new ImpactAlarm(this, 'Alarm', { metric, impact, runbook });
    const reason = 'It is a dead-letter queue itself; people empty it.';
    const ids = ['Serverless-SQSRedrivePolicy', 'AwsSolutions-SQS3'];
    Validations.of(queue).acknowledge(...ids.map((finding) => ({ id: finding, reason })));
    this.queue = queue;
  }
}
