import { Duration, Validations } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IStream, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { grantKeyUse } from './key-use';
import { serviceDefaultsOf } from './service-defaults';

export interface OrderedStreamProps {
  /** The customer managed key that encrypts what the log holds; whoever is granted to append or to read is granted its use. */
  readonly encryptionKey: IKey;
  /**
   * How many lanes there are. A number: so many, each of which takes 1 MB or 1,000 events a second; a change of it splits and merges while events come in.
   * `on-demand`: AWS adds and removes them. `one`: a single lane, whose order is the order of all events.
   */
  readonly shards: number | 'on-demand' | 'one';
  /** How long an event can be read again, from a day to a year. @default Duration.days(7) */
  readonly retention?: Duration;
}

/** What reading asks for, by Lambda's poller and by a function that reads the log again. */
const readActions = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];

/**
 * A log that keeps the order of each entity's events: a Kinesis stream with the entity as partition key. Several consumers read it at their own pace, and
 * read it again.
 *
 * What it does not do: a producer's retry may append an event twice, and a failed one may let a later event overtake it. The producer
 * (`lambdas/shared/kinesis-event-log.adapter.ts`) has one event of an entity on its way at most, and a `StreamConsumer` takes the next number and no other.
 *
 * Encrypted with the given key. Retained and kept by the stage's removal policy: it is the only place where events of the last days can be read again.
 *
 * @example
 * const visits = new OrderedStream(this, 'Visits', { shards: 4, encryptionKey });
 * visits.grantAppend(recordVisit);
 */
export class OrderedStream extends Construct {
  public readonly stream: IStream;
  public readonly streamArn: string;
  public readonly streamName: string;
  /** Whether the order of all events is kept, and not only of each entity's. */
  public readonly isGlobalOrder: boolean;
  private readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: OrderedStreamProps) {
    super(scope, id);
    const { encryptionKey, shards, retention: retentionPeriod = Duration.days(7) } = props;
    if (typeof shards === 'number' && (!Number.isSafeInteger(shards) || shards < 1))
      throw new Error(`shards of ${this.node.path} is ${shards}, expected a whole number of at least 1`);
    const shardCount = shards === 'one' ? 1 : shards;
    const { removalPolicy } = serviceDefaultsOf(this);
    const stream = new Stream(this, 'Stream', {
      ...(shardCount === 'on-demand'
        ? { streamMode: StreamMode.ON_DEMAND }
        : { streamMode: StreamMode.PROVISIONED, shardCount }),
      encryption: StreamEncryption.KMS,
      encryptionKey,
      retentionPeriod,
      removalPolicy,
    });
    this.isGlobalOrder = shards === 'one';
    this.encryptionKey = encryptionKey;
    this.stream = stream;
    this.streamArn = stream.streamArn;
    this.streamName = stream.streamName;
    Validations.of(stream).acknowledge({
      id: 'AwsSolutions-KDS3',
      reason: 'It is encrypted with a key of our own.',
    });
  }

  /** Lets `grantee` append events. */
  public grantAppend(grantee: IGrantable): void {
    this.grant(grantee, ['kinesis:PutRecords']);
    grantKeyUse(this.encryptionKey, grantee, 'kinesis', ['kms:GenerateDataKey']);
  }

  /** Lets `grantee` read the log: from its end as a consumer, or again from an earlier place. */
  public grantReplay(grantee: IGrantable): void {
    this.grant(grantee, readActions);
    grantKeyUse(this.encryptionKey, grantee, 'kinesis', ['kms:Decrypt']);
  }

  private grant(grantee: IGrantable, actions: readonly string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: [...actions], resources: [this.streamArn] }),
    );
  }
}
