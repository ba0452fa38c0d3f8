import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { serviceDefaultsOf } from './service-defaults';

/** A bucket as its peers in other regions have to know it. */
export interface BucketPeer {
  readonly bucketName: string;
  readonly region: string;
  /** ARN of the key that objects in it are encrypted with. */
  readonly keyArn: string;
}

export interface ReplicatedBucketProps {
  /**
   * A physical name, against the rule: peers in other regions and a CDN have to know it before the bucket exists. Unique in the world,
   * so it should carry account and region.
   */
  readonly bucketName: string;
  /** How long a version that was overwritten or deleted can be brought back. @default Duration.days(30) */
  readonly keepOldVersions?: Duration;
}

/**
 * One region's bucket of a pair, or of a mesh of more: versioned (replication wants it), encrypted with a key of its own, TLS only,
 * closed to the public. `BucketReplication` ties it to its peers, once all of them exist.
 *
 * The key is not shared with anything else, because its policy lets a CDN decrypt. A key costs 1 USD a month; with bucket keys
 * its requests are few. A bucket that still holds objects survives the deletion of its stack.
 *
 * @example
 * const assets = new ReplicatedBucket(this, 'Assets', { bucketName: `shop-assets-${account}-${region}` });
 * assets.allowDistribution(distributionArn);
 */
export class ReplicatedBucket extends Construct {
  public readonly bucketName: string;
  /** What the peers of this bucket are given. */
  public readonly peer: BucketPeer;
  private readonly bucket: Bucket;
  private readonly key: Key;

  constructor(scope: Construct, id: string, props: ReplicatedBucketProps) {
    super(scope, id);
    const { bucketName, keepOldVersions = Duration.days(30) } = props;
    const { removalPolicy } = serviceDefaultsOf(this);
    this.key = new Key(this, 'Key', {
      description: `Objects of ${bucketName}`,
      enableKeyRotation: true,
      removalPolicy,
    });
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName,
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        { noncurrentVersionExpiration: keepOldVersions, abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
      removalPolicy,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Readers come through the CDN, which logs them; who writes is in CloudTrail. A log bucket would need one of its own.',
    });
    // By name and not by reference: a peer that asks for it must not wait for this stack.
    this.bucketName = bucketName;
    this.peer = { bucketName, region: Stack.of(this).region, keyArn: this.key.keyArn };
  }

  /** Lets one CloudFront distribution, by its origin access control, read objects and decrypt them. It may not list them. */
  public allowDistribution(distributionArn: string): void {
    const principals = [new ServicePrincipal('cloudfront.amazonaws.com')];
    const onlyThisOne = { 'aws:SourceArn': distributionArn };
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['s3:GetObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: { StringEquals: onlyThisOne },
      }),
    );
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: onlyThisOne },
      }),
    );
  }
}
