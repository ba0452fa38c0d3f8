import { Duration } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue';
import { grantKeyUse } from './key-use';
import { OrderedStream, type OrderedStreamProps } from './ordered-stream';

export interface RecordIntakeProps {
  /** The customer managed key that encrypts records on their way. */
  readonly encryptionKey: IKey;
  /** Shards of the stream. @default 'on-demand' */
  readonly shards?: OrderedStreamProps['shards'];
  /** How long the stream keeps records, for a consumer that is away. @default Duration.days(7) */
  readonly retention?: Duration;
  /** How long one invocation of the function may run that drains the backlog. @default Duration.seconds(10) */
  readonly drainTimeout?: Duration;
}

/**
 * Takes the records of accesses: a stream, and a queue that keeps them while the stream is away. Who records waits for one of the two.
 *
 * @example
 * const intake = new RecordIntake(this, 'Intake', { encryptionKey });
 * new ServiceFunction<ReadOrderEnv>(this, 'ReadOrder', { …, environment: { ...intake.environment } });
 * intake.grantRecord(readOrder);
 */
export class RecordIntake extends Construct {
  public readonly stream: OrderedStream;
  /** Where records wait while the stream is away. */
  public readonly backlog: IQueue;
  /** How long the stream keeps records. */
  public readonly retention: Duration;
  /** What a function's contract wants of it (`auditTrailEnv`). */
  public readonly environment: { readonly AUDIT_STREAM: string; readonly AUDIT_BACKLOG_URL: string };
  private readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: RecordIntakeProps) {
    super(scope, id);
    const { encryptionKey, shards = 'on-demand', retention = Duration.days(7) } = props;
    const { drainTimeout = Duration.seconds(10) } = props;
    this.encryptionKey = encryptionKey;
    this.retention = retention;
    this.stream = new OrderedStream(this, 'Stream', { encryptionKey, shards, retention });
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      impact: 'Records of accesses are missing in the audit trail.',
      runbook: 'audit.md#dead-letters',
    });
    this.backlog = new Queue(this, 'Backlog', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: encryptionKey,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // SQS wants six timeouts of invisibility, or a slow batch is delivered twice.
      visibilityTimeout: Duration.seconds(6 * drainTimeout.toSeconds()),
      // An hour and a half of a stream that is away, at one try a minute; the dead letters wait two weeks more.
      deadLetterQueue: { queue: deadLetters.queue, maxReceiveCount: 100 },
    });
    this.environment = { AUDIT_STREAM: this.stream.streamName, AUDIT_BACKLOG_URL: this.backlog.queueUrl };
  }

  /** Lets `grantee` hand in records. */
  public grantRecord(grantee: IGrantable): void {
    this.stream.grantAppend(grantee);
    const [actions, resources] = [['sqs:SendMessage'], [this.backlog.queueArn]];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    // SQS asks for both of whoever sends.
    grantKeyUse(this.encryptionKey, grantee, 'sqs', ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** Lets `grantee` take records out of the backlog, and put them to the stream. */
  public grantDrain(grantee: IGrantable): void {
    this.stream.grantAppend(grantee);
    const actions = [
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ChangeMessageVisibility',
    ];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [this.backlog.queueArn] }));
    grantKeyUse(this.encryptionKey, grantee, 'sqs', ['kms:Decrypt']);
  }
}
