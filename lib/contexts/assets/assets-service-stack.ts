import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BucketReplication } from '../../constructs/bucket-replication';
import type { BucketPeer } from '../../constructs/replicated-bucket';

export interface AssetsServiceStackProps extends StackProps {
  /** This region's bucket. */
  readonly bucket: BucketPeer;
  /** Those of all other regions. */
  readonly others: readonly BucketPeer[];
}

/** Copies a region's assets to all other regions, whose buckets have to be there first. */
export class AssetsServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: AssetsServiceStackProps) {
    super(scope, id, props);
    const { bucket, others } = props;
    new BucketReplication(this, 'Replication', {
      source: bucket,
      destinations: others,
      impact: 'New assets are missing from pages while the region that they were put to is out of reach.',
      runbook: 'assets.md#replication',
    });
  }
}
