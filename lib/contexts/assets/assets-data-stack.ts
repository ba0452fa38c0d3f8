import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type BucketPeer, ReplicatedBucket } from '../../constructs/replicated-bucket';

export interface AssetsDataStackProps extends StackProps {
  readonly bucketName: string;
  /** The one distribution that may read. */
  readonly distributionArn: string;
}

/** One region's copy of the store's assets. */
export class AssetsDataStack extends Stack {
  /** What the buckets of other regions have to know of this one. */
  public readonly bucket: BucketPeer;

  constructor(scope: Construct, id: string, props: AssetsDataStackProps) {
    super(scope, id, props);
    const { bucketName, distributionArn } = props;
    const bucket = new ReplicatedBucket(this, 'Assets', { bucketName });
    bucket.allowDistribution(distributionArn);
    this.bucket = bucket.peer;
    new CfnOutput(this, 'AssetsBucketName', {
      value: bucketName,
      description: "This region's bucket of assets; what is put here is copied to all others",
    });
  }
}
