import { CfnOutput, type Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { FailureBucket } from '../../constructs/failure-bucket';
import { OrderedStream } from '../../constructs/ordered-stream';

export interface ActivityStreamsStackProps extends StackProps {
  readonly encryptionKey: IKey;
  /** Lanes of the log of what customers do. */
  readonly shards: number | 'on-demand';
  /** How long both logs can be read again. */
  readonly retention: Duration;
}

/** The region's logs, and what of them could not be handled: apart from the functions that change daily, deployed rarely and protected. */
export class ActivityStreamsStack extends Stack {
  /** What customers do, in order per visit and per order. */
  public readonly activity: OrderedStream;
  /** What becomes of stock, in one order. */
  public readonly stockMovements: OrderedStream;
  /** Records that could not be handed to their consumer. */
  public readonly failures: FailureBucket;

  constructor(scope: Construct, id: string, props: ActivityStreamsStackProps) {
    super(scope, id, props);
    const { encryptionKey, shards, retention } = props;
    this.activity = new OrderedStream(this, 'Activity', { encryptionKey, shards, retention });
    this.stockMovements = new OrderedStream(this, 'StockMovements', { encryptionKey, shards: 'one', retention });
    this.failures = new FailureBucket(this, 'Failures', { encryptionKey });
    const streams = { Activity: this.activity, StockMovements: this.stockMovements };
    for (const [name, { streamName }] of Object.entries(streams))
      new CfnOutput(this, `${name}StreamName`, { value: streamName, description: `Log of ${name}` });
    new CfnOutput(this, 'FailuresBucketName', {
      value: this.failures.bucket.bucketName,
      description: 'Records that could not be handed to their consumer',
    });
  }
}
