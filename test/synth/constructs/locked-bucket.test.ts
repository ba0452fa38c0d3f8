import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LockedBucket, type LockMode } from '../../../lib/constructs/locked-bucket';
import { statements } from './synthesize';

const templateOf = (mode: LockMode, coldAfter?: Duration): Template => {
  const stack = new Stack(new App(), 'Records');
  const encryptionKey = new Key(stack, 'Key');
  const lockedFor = Duration.days(183);
  new LockedBucket(stack, 'Records', {
    bucketName: 'shop-records',
    encryptionKey,
    writers: ['arn:aws:iam::111122223333:role/delivery'],
    holders: ['arn:aws:iam::111122223333:role/auditor'],
    administrators: ['arn:aws:iam::111122223333:role/deployer', 'arn:aws:iam::111122223333:role/break-glass'],
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

  it('lets only the named write, hold and change it, whatever IAM says of others, and nobody bypass the lock', () => {
    const denied = statements(templateOf('governance').findResources('AWS::S3::BucketPolicy'))
      .filter(
        ({ Effect, Condition = {} }) => Effect === 'Deny' && !('Bool' in Condition || 'NumericLessThan' in Condition),
      )
      .map(({ Action, Condition }) => [[Action].flat(), Condition]);
    const unless = (...names: readonly string[]) => ({
      ArnNotLike: { 'aws:PrincipalArn': names.map((name) => `arn:aws:iam::111122223333:role/${name}`) },
    });

    expect(denied).toEqual([
      [['s3:BypassGovernanceRetention', 's3:PutObjectRetention'], undefined],
      [['s3:PutObject', 's3:ReplicateDelete', 's3:ReplicateObject'], unless('delivery')],
      [['s3:PutObjectLegalHold'], unless('auditor')],
      [
        expect.arrayContaining(['s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:DeleteObjectVersion']),
        unless('deployer', 'break-glass'),
      ],
    ]);
  });
});
