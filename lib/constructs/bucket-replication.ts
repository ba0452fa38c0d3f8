import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { ImpactAlarm, type RunbookEntry } from './impact-alarm';
import type { BucketPeer } from './replicated-bucket';
import { SdkCall } from './sdk-call';

export interface BucketReplicationProps {
  /** The bucket whose changes are copied; in this stack's region. */
  readonly source: BucketPeer;
  /** Where they are copied to; each versioned, and there before this construct is deployed. At least one. */
  readonly destinations: readonly BucketPeer[];
  /** Who is hurt while copies fail: one sentence for the person whom the alarm wakes up. */
  readonly impact: string;
  /** What to do about it. */
  readonly runbook: RunbookEntry;
  /** A name for the role that copies, for keys whose policies have to know it before it exists. @default CloudFormation's */
  readonly roleName?: string;
  /** Objects are locked (S3 Object Lock): locks and legal holds are copied with them, and delete markers are not. @default false */
  readonly lockedObjects?: boolean;
}

/**
 * Copies what is written to one bucket to its peers: objects, deletions (as delete markers), and later changes of metadata, also
 * those made to a copy (replica modification sync). Used once in each direction it makes a pair; in a mesh once for every bucket.
 *
 * Written to the bucket by an API call and not as its property, because S3 wants the destination to exist: of two buckets that
 * name each other, CloudFormation could create neither first. Only what is written from then on is copied.
 *
 * Costs (list price): the copy's storage, one PUT an object, traffic between the regions (0.02 USD/GB and up), and four custom
 * metrics a destination, 0.30 USD each a month.
 *
 * @example
 * new BucketReplication(this, 'Replication', {
 *   source: assets.peer,
 *   destinations: [assetsInVirginia.peer],
 *   impact: 'New pictures are missing while São Paulo is out of reach.',
 *   runbook: 'assets.md#replication',
 * });
 */
export class BucketReplication extends Construct {
  constructor(scope: Construct, id: string, props: BucketReplicationProps) {
    super(scope, id);
    const { source, destinations, impact, runbook } = props;
    const replicator = this.replicator(props);
    this.configure(props, replicator);
    for (const { bucketName } of destinations) {
      const metric = new Metric({
        namespace: 'AWS/S3',
        metricName: 'OperationsFailedReplication',
        dimensionsMap: {
          SourceBucket: source.bucketName,
          DestinationBucket: bucketName,
          RuleId: ruleId(bucketName),
        },
        period: Duration.minutes(5),
        statistic: Stats.SUM,
      });
      new ImpactAlarm(new Construct(this, bucketName), 'Failed', { metric, impact, runbook });
    }
  }

  /** The role that S3 takes to read here and write there. */
  private replicator({ source, destinations, roleName, lockedObjects = false }: BucketReplicationProps): Role {
    const objects = destinations.map(({ bucketName }) => arnOf(`${bucketName}/*`));
    const statements = [
      new PolicyStatement({
        actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
        resources: [arnOf(source.bucketName)],
      }),
      new PolicyStatement({
        actions: [
          ...['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
          ...(lockedObjects ? ['s3:GetObjectRetention', 's3:GetObjectLegalHold'] : []),
        ],
        resources: [arnOf(`${source.bucketName}/*`)],
      }),
      new PolicyStatement({
        actions: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'],
        resources: objects,
      }),
      keyUse(source, ['kms:Decrypt']),
      // With a bucket key S3 makes data keys of it; without, it encrypts one of its own.
      ...destinations.map((destination) => keyUse(destination, ['kms:Encrypt', 'kms:GenerateDataKey'])),
    ];
    const role = new Role(this, 'Replicator', {
      assumedBy: new ServicePrincipal('s3.amazonaws.com'),
      ...(roleName !== undefined && { roleName }),
      inlinePolicies: { Replicate: new PolicyDocument({ statements }) },
    });
    const reason = 'It copies every object of the one bucket to the others; which objects there are is not known here.';
    const findings = [source, ...destinations].map(
      ({ bucketName }) => `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${bucketName}/*]`,
    );
    Validations.of(role.node.defaultChild ?? role).acknowledge(...findings.map((finding) => ({ id: finding, reason })));
    return role;
  }

  private configure({ source, destinations, lockedObjects = false }: BucketReplicationProps, replicator: Role): void {
    const bucket = { Bucket: source.bucketName };
    const configuration = { Role: replicator.roleArn, Rules: destinations.map(ruleTo(lockedObjects)) };
    new SdkCall(this, 'Configure', {
      onUpdate: {
        service: 'S3',
        action: 'PutBucketReplication',
        parameters: { ...bucket, ReplicationConfiguration: configuration },
        physicalResourceId: PhysicalResourceId.of(`${source.bucketName}/replication`),
      },
      onDelete: { service: 'S3', action: 'DeleteBucketReplication', parameters: bucket },
      statements: [
        new PolicyStatement({ actions: ['s3:PutReplicationConfiguration'], resources: [arnOf(source.bucketName)] }),
        new PolicyStatement({
          actions: ['iam:PassRole'],
          resources: [replicator.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } },
        }),
      ],
    });
  }
}

const arnOf = (path: string): string => `arn:${Aws.PARTITION}:s3:::${path}`;

const ruleId = (bucketName: string): string => `to-${bucketName}`;

/** Use of a bucket's key, through S3 in the bucket's region, for that bucket only: with and without a bucket key. */
const keyUse = ({ bucketName, region, keyArn }: BucketPeer, actions: string[]): PolicyStatement =>
  new PolicyStatement({
    actions,
    resources: [keyArn],
    conditions: {
      StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
      StringLike: { 'kms:EncryptionContext:aws:s3:arn': [arnOf(bucketName), arnOf(`${bucketName}/*`)] },
    },
  });

const enabled = { Status: 'Enabled' };

const ruleTo =
  (lockedObjects: boolean) =>
  ({ bucketName, keyArn }: BucketPeer, index: number) => ({
    ...enabled,
    ID: ruleId(bucketName),
    Priority: index + 1,
    Filter: { Prefix: '' },
    DeleteMarkerReplication: lockedObjects ? { Status: 'Disabled' } : enabled,
    SourceSelectionCriteria: { SseKmsEncryptedObjects: enabled, ReplicaModifications: enabled },
    Destination: {
      Bucket: arnOf(bucketName),
      EncryptionConfiguration: { ReplicaKmsKeyID: keyArn },
      Metrics: enabled,
    },
  });
