import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LockedBucket, type LockMode } from '../../../lib/constructs/locked-bucket';

const templateOf = (mode: LockMode, coldAfter?: Duration): Template => {
  const stack = new Stack(new App(), 'Records');
  const encryptionKey = new Key(stack, 'Key');
  const lockedFor = Duration.days(183);
  new LockedBucket(stack, 'Records', {
    bucketName: 'shop-records',
    encryptionKey,
    mode,
    lockedFor,
    ...(coldAfter && { coldAfter }),
  });
  return Template.fromStack(stack);
};

describe('LockedBucket', () => {
  it.each(['governance', 'compliance'] as const)('locks every object in %s mode, in versions', (mode) => {
    templateOf(mode).hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: mode.toUpperCase(), Days: 183 } } },
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  it('deletes objects a day after their lock, and keeps them warm unless told otherwise', () => {
    templateOf('governance').hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 184, Transitions: Match.absent() })] },
    });
    templateOf('governance', Duration.days(30)).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [Match.objectLike({ Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }] })],
      },
    });
  });

  it('lets nobody bypass the lock', () => {
    templateOf('governance').hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: ['s3:BypassGovernanceRetention', 's3:PutBucketObjectLockConfiguration'],
          }),
        ]),
      },
    });
  });
});
