import { Duration, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, LogStream } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { RecordClass } from '../../../../lambdas/shared/access-record.contract';
import { ImpactAlarm } from '../../../constructs/impact-alarm';
import type { LockedBucket } from '../../../constructs/locked-bucket';
import { serviceDefaultsOf } from '../../../constructs/service-defaults';

export interface RecordDeliveryProps {
  readonly recordClass: RecordClass;
  readonly bucket: LockedBucket;
  readonly encryptionKey: IKey;
  /** What Firehose acts as. */
  readonly role: IRole;
  /** How long lines are gathered before they are written as one object. */
  readonly bufferedFor: Duration;
}

/** Writes the lines of one class to its bucket, an object every so often, partitioned by the hour in which it was written. */
export class RecordDelivery extends Construct {
  public readonly streamName: string;
  private readonly streamArn: string;

  constructor(scope: Construct, id: string, props: RecordDeliveryProps) {
    super(scope, id);
    const { recordClass, bucket, encryptionKey, role, bufferedFor } = props;
    const { logRetention: retention, removalPolicy } = serviceDefaultsOf(this);
    const logGroup = new LogGroup(this, 'Logs', { retention, removalPolicy });
    const logStream = new LogStream(this, 'LogStream', { logGroup, removalPolicy });
    const granted = this.grantWrite(props, logGroup);
    const hour = 'year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}';
    const stream = new CfnDeliveryStream(this, 'Stream', {
      deliveryStreamType: 'DirectPut',
      deliveryStreamEncryptionConfigurationInput: { keyType: 'AWS_OWNED_CMK' },
      extendedS3DestinationConfiguration: {
        bucketArn: bucket.bucketArn,
        roleArn: role.roleArn,
        prefix: `class=${recordClass}/${hour}/`,
        errorOutputPrefix: `undelivered/!{firehose:error-output-type}/class=${recordClass}/${hour}/`,
        bufferingHints: { intervalInSeconds: bufferedFor.toSeconds(), sizeInMBs: 64 },
        compressionFormat: 'GZIP',
        encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: encryptionKey.keyArn } },
        cloudWatchLoggingOptions: {
          enabled: true,
          logGroupName: logGroup.logGroupName,
          logStreamName: logStream.logStreamName,
        },
      },
    });
    stream.node.addDependency(granted);
    this.streamName = stream.ref;
    this.streamArn = stream.attrArn;
    new ImpactAlarm(this, 'Late', {
      metric: new Metric({
        namespace: 'AWS/Firehose',
        metricName: 'DeliveryToS3.DataFreshness',
        dimensionsMap: { DeliveryStreamName: stream.ref },
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(5),
      }),
      threshold: bufferedFor.toSeconds() + 900,
      impact: 'Records of accesses do not reach the locked store; Firehose keeps them for a day.',
      runbook: 'audit.md#late-delivery',
    });
  }

  /** Lets `grantee` hand in lines. */
  public grantDeliver(grantee: IGrantable): void {
    const [actions, resources] = [['firehose:PutRecordBatch'], [this.streamArn]];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  }

  private grantWrite({ bucket, role }: RecordDeliveryProps, logGroup: LogGroup): Policy {
    const policy = new Policy(this, 'Write', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
          resources: [bucket.bucketArn],
        }),
        new PolicyStatement({ actions: ['s3:PutObject', 's3:AbortMultipartUpload'], resources: [bucket.objectsArn] }),
        new PolicyStatement({ actions: ['logs:PutLogEvents'], resources: [logGroup.logGroupArn] }),
      ],
    });
    const reason = 'It writes objects whose names Firehose makes up, and reads none.';
    Validations.of(policy).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${bucket.bucketName}/*]`,
      reason,
    });
    return policy;
  }
}
