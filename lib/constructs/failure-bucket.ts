import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { type IManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { grantKeyUse } from './key-use';
import { serviceDefaultsOf } from './service-defaults';

export interface FailureBucketProps {
  /** The customer managed key that encrypts what records say. */
  readonly encryptionKey: IKey;
  /** How long a record is kept: long past the retention of the log it came from. @default Duration.days(90) */
  readonly retention?: Duration;
}

/**
 * Keeps records that could not be handed to the consumer of a log, with all that they say: where a queue would hold their positions only, which are good
 * for nothing once the log has forgotten them. Versioned, encrypted with the given key, TLS only, closed to the public.
 */
export class FailureBucket extends Construct {
  public readonly bucket: IBucket;
  /**
   * Lets Lambda, in a consumer's name, put objects into it. Made here and not with each consumer: which objects there will be is not known, and only beside the
   * bucket can that be said of this bucket alone.
   */
  public readonly storing: IManagedPolicy;

  constructor(scope: Construct, id: string, props: FailureBucketProps) {
    super(scope, id);
    const { encryptionKey, retention = Duration.days(90) } = props;
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        {
          expiration: retention,
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      removalPolicy: serviceDefaultsOf(this).removalPolicy,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only Lambda writes to it, in the name of a consumer; who reads is in CloudTrail.',
    });
    this.bucket = bucket;
    this.storing = this.storingPolicy(bucket, encryptionKey);
  }

  /** What Lambda asks for (developer guide, "Capturing discarded batches for a Kinesis event source"). */
  private storingPolicy(bucket: Bucket, encryptionKey: IKey): ManagedPolicy {
    const policy = new ManagedPolicy(this, 'Storing', {
      description: 'Put records that could not be handled into their bucket',
      statements: [
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
        new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')] }),
      ],
    });
    grantKeyUse(encryptionKey, policy, 's3', ['kms:GenerateDataKey', 'kms:Decrypt']);
    const resource = bucket.node.defaultChild;
    if (!(resource instanceof CfnBucket)) throw new Error(`${this.node.path} has no AWS::S3::Bucket`);
    Validations.of(policy.node.defaultChild ?? policy).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(resource)}.Arn>/*]`,
      reason: 'Lambda names the objects, by mapping, shard and time; the bucket holds nothing else.',
    });
    return policy;
  }
}
