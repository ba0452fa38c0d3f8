import { Duration, Validations } from 'aws-cdk-lib';
import { ReadWriteType, Trail } from 'aws-cdk-lib/aws-cloudtrail';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type EventPattern, Match, Rule } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ImpactAlarm } from '../../../constructs/impact-alarm';
import type { LockedBucket } from '../../../constructs/locked-bucket';
import { serviceDefaultsOf } from '../../../constructs/service-defaults';

export interface ChangeWatchProps {
  readonly buckets: readonly LockedBucket[];
  readonly keys: readonly IKey[];
  /** How long it is kept who touched them. */
  readonly keptFor: Duration;
}

const watchChanges = ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'DisableRule', 'DeleteRule'];
const keyChanges = ['PutKeyPolicy', 'ScheduleKeyDeletion', 'DisableKey', 'CreateGrant', 'DisableKeyRotation'];

/**
 * Who touches the store by AWS's own account of it, which no function of ours writes: a trail of CloudTrail with every look at an object, every
 * attempt to write or delete one, and every change in the region, its files signed by AWS; and an alarm for each change of the store's buckets and
 * keys, permitted or not. A deployment that changes them rings, too: whoever is woken up knows whether there was one.
 */
export class ChangeWatch extends Construct {
  constructor(scope: Construct, id: string, props: ChangeWatchProps) {
    super(scope, id);
    const { buckets, keys } = props;
    this.trail(props);
    this.alarm('BucketChanges', {
      source: ['aws.s3'],
      detailType: ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['s3.amazonaws.com'],
        eventName: Match.anyOf(Match.prefix('PutBucket'), Match.prefix('DeleteBucket')),
        requestParameters: { bucketName: buckets.map(({ bucketName }) => bucketName) },
      },
    });
    this.alarm('KeyChanges', {
      source: ['aws.kms'],
      detailType: ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['kms.amazonaws.com'],
        eventName: keyChanges,
        resources: { ARN: keys.map(({ keyArn }) => keyArn) },
      },
    });
    // Whoever wants to change the others unseen begins here. Of any trail and rule: few are ever stopped.
    this.alarm('WatchChanges', {
      source: ['aws.cloudtrail', 'aws.events'],
      detailType: ['AWS API Call via CloudTrail'],
      detail: { eventName: watchChanges },
    });
  }

  private trail({ buckets, keptFor }: ChangeWatchProps): void {
    const { removalPolicy } = serviceDefaultsOf(this);
    const files = new Bucket(this, 'Files', {
      encryption: BucketEncryption.S3_MANAGED,
      versioned: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ expiration: keptFor, noncurrentVersionExpiration: Duration.days(30) }],
      removalPolicy,
    });
    Validations.of(files).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds the log of accesses; a log of who reads that one would need a bucket of its own.',
    });
    const trail = new Trail(this, 'Trail', {
      bucket: files,
      enableFileValidation: true,
      // One a region, as all else of the trail; changes of IAM are events of us-east-1.
      isMultiRegionTrail: false,
      includeGlobalServiceEvents: false,
      managementEvents: ReadWriteType.WRITE_ONLY,
    });
    trail.addS3EventSelector(
      buckets.map(({ bucket }) => ({ bucket })),
      { readWriteType: ReadWriteType.ALL, includeManagementEvents: false },
    );
  }

  private alarm(id: string, eventPattern: EventPattern): void {
    const rule = new Rule(this, id, { eventPattern });
    Validations.of(rule).acknowledge({
      id: 'Serverless::Serverless-EventBusDLQ',
      reason: 'It has no target that could fail: what rings is the number of events that it matched.',
    });
    new ImpactAlarm(this, `${id}Alarm`, {
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'MatchedEvents',
        dimensionsMap: { RuleName: rule.ruleName },
        statistic: Stats.SUM,
        period: Duration.minutes(1),
      }),
      impact: 'Somebody changes who may read, write or delete the audit trail, or tries to.',
      runbook: 'audit.md#changed-rights',
    });
  }
}
