import { Aws, Duration, Stack, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { BucketPeer } from './replicated-bucket';
import { serviceDefaultsOf } from './service-defaults';

/**
 * `governance`: whoever has the right to bypass it can delete earlier; the bucket's policy denies that right to everybody, and who administers it
 * would have to change the policy first.
 * `compliance`: nobody can, not the root of the account and not AWS; the days cannot be made fewer. Only closing the account ends it.
 */
export type LockMode = 'governance' | 'compliance';

export interface LockedBucketProps {
  /** A physical name, against the rule: its peers in other regions have to know it before it exists. */
  readonly bucketName: string;
  /** Encrypts the objects. Its own policy says who may read. */
  readonly encryptionKey: IKey;
  /** ARNs of the roles that write or copy objects into it: nobody else does, whatever IAM says. */
  readonly writers: readonly string[];
  /** ARNs of whoever may hold and release objects. */
  readonly holders: readonly string[];
  /** ARNs of whoever may change the bucket and its policy, and delete versions whose lock has ended; `*` stands for any text. */
  readonly administrators: readonly string[];
  readonly mode: LockMode;
  /** How long a new object cannot be deleted or overwritten; it is deleted a day later. */
  readonly lockedFor: Duration;
  /** When objects go to Glacier Instant Retrieval, which is cheap to keep and dear to read. @default never */
  readonly coldAfter?: Duration;
}

/** What would undo the bucket's protection. Not its replication, which a stack of its own sets later, and which copies what its reader cannot open. */
const changes = [
  ...['s3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:PutBucketPolicy', 's3:PutBucketAcl', 's3:PutBucketVersioning'],
  ...['s3:PutBucketObjectLockConfiguration', 's3:PutBucketOwnershipControls', 's3:PutBucketPublicAccessBlock'],
  ...['s3:PutEncryptionConfiguration', 's3:PutLifecycleConfiguration', 's3:DeleteObject', 's3:DeleteObjectVersion'],
];

/**
 * Objects that nobody can change or delete before their time (S3 Object Lock), and that nobody keeps after it. Versioned, encrypted with
 * the given key, TLS only, closed to the public. A simple deletion only adds a marker, which a reader of versions sees. Who writes, holds and
 * administers is named in the bucket's own policy, which denies it to all others of the account.
 *
 * The stack of a bucket that still holds locked objects cannot be deleted; in `compliance` mode not before the last lock has ended.
 *
 * @example
 * const records = new LockedBucket(this, 'Records', {
 *   bucketName: `shop-records-${account}-${region}`,
 *   encryptionKey,
 *   writers: [delivery.roleArn],
 *   holders: [auditor.roleArn],
 *   administrators: [deployerOf(this)],
 *   mode: 'governance',
 *   lockedFor: Duration.days(183),
 * });
 */
export class LockedBucket extends Construct {
  public readonly bucket: IBucket;
  public readonly bucketName: string;
  public readonly bucketArn: string;
  /** ARN of all of its objects. By name, so that it can be written before the bucket is there. */
  public readonly objectsArn: string;
  /** What the peers of this bucket are given. */
  public readonly peer: BucketPeer;

  constructor(scope: Construct, id: string, props: LockedBucketProps) {
    super(scope, id);
    const { bucketName, encryptionKey, writers, holders, administrators, mode, lockedFor, coldAfter } = props;
    const { removalPolicy } = serviceDefaultsOf(this);
    const bucket = new Bucket(this, 'Bucket', {
      bucketName,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention:
        mode === 'compliance' ? ObjectLockRetention.compliance(lockedFor) : ObjectLockRetention.governance(lockedFor),
      encryption: BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        {
          expiration: Duration.days(lockedFor.toDays() + 1),
          // Waits for the lock of each version.
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          ...(coldAfter && {
            transitions: [{ storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: coldAfter }],
          }),
        },
      ],
      removalPolicy,
    });
    const everything = [bucket.bucketArn, bucket.arnForObjects('*')];
    const deny = (actions: readonly string[], unless?: readonly string[]): void => {
      bucket.addToResourcePolicy(
        new PolicyStatement({
          effect: Effect.DENY,
          principals: [new AnyPrincipal()],
          actions: [...actions],
          resources: everything,
          ...(unless && { conditions: { ArnNotLike: { 'aws:PrincipalArn': [...unless] } } }),
        }),
      );
    };
    // A lock of an object's own could only be shorter than the bucket's, or longer than the law asks for.
    deny(['s3:BypassGovernanceRetention', 's3:PutObjectRetention']);
    deny(['s3:PutObject', 's3:ReplicateDelete', 's3:ReplicateObject'], writers);
    deny(['s3:PutObjectLegalHold'], holders);
    deny(changes, administrators);
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Who reads or writes is in the data events of CloudTrail; a log bucket would need one of its own.',
    });
    this.bucket = bucket;
    this.bucketName = bucketName;
    this.bucketArn = bucket.bucketArn;
    this.objectsArn = `arn:${Aws.PARTITION}:s3:::${bucketName}/*`;
    this.peer = { bucketName, region: Stack.of(this).region, keyArn: encryptionKey.keyArn };
  }

  /** Lets `grantee` list and read objects in all their versions, and hold and release them. The key's policy has to let it decrypt. */
  public grantAudit(grantee: IGrantable): void {
    const { grantPrincipal } = grantee;
    const list = ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetBucketObjectLockConfiguration'];
    const read = ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectRetention', 's3:GetObjectLegalHold'];
    grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: list, resources: [this.bucketArn] }));
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: [...read, 's3:PutObjectLegalHold'], resources: [this.objectsArn] }),
    );
  }
}
