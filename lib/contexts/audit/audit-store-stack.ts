import { Annotations, CfnOutput, Duration, type RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AccountRootPrincipal, type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { type RecordClass, recordClasses } from '../../../lambdas/shared/access-record.contract';
import type { ContextTable } from '../../constructs/context-table';
import { LockedBucket, type LockMode } from '../../constructs/locked-bucket';
import { RecordIntake } from '../../constructs/record-intake';
import type { BucketPeer } from '../../constructs/replicated-bucket';
import { RecordCatalogue } from './constructs/record-catalogue';
import { RecordDelivery } from './constructs/record-delivery';
import { StoreKey } from './constructs/store-key';
import { replicatorName } from './replicator-name';

/** How the records of a stage are kept. */
export interface RecordKeeping {
  readonly lock: LockMode;
  /** How many days records of each class are locked; they are deleted a day later. */
  readonly days: { readonly [Class in RecordClass]: number };
  /** After how many days they go to cold storage; never when absent. */
  readonly coldAfterDays?: number | undefined;
  /** How long records are gathered before they are written, in seconds. */
  readonly bufferSeconds: number;
  /** Shards of the stream that takes records. */
  readonly shards: number | 'on-demand';
}

export interface AuditStoreStackProps extends StackProps {
  /** Encrypts records on their way. */
  readonly transitKey: IKey;
  readonly table: ContextTable;
  readonly keeping: RecordKeeping;
  readonly removalPolicy: RemovalPolicy;
  /** What all names of the stage's audit trail begin with, for example `tenfold-prod-audit`. */
  readonly prefix: string;
  /** The stage's other regions, which hold copies. */
  readonly peerRegions: readonly string[];
}

/** What a region's audit trail is kept in, and who may look into it. */
export class AuditStoreStack extends Stack {
  /** Takes the records. */
  public readonly intake: RecordIntake;
  /** Where the records of each class are handed to the store. */
  public readonly deliveries: { readonly [Class in RecordClass]: RecordDelivery };
  /** What other regions have to know of the buckets. */
  public readonly buckets: { readonly [Class in RecordClass]: BucketPeer };
  /** Signs the heads of chains. */
  public readonly sealKey: IKey;

  constructor(scope: Construct, id: string, props: AuditStoreStackProps) {
    super(scope, id, props);
    const { transitKey, table, keeping, removalPolicy, prefix, peerRegions } = props;
    if (keeping.lock === 'compliance') {
      const kept = recordClasses.map((name) => `${name} ${keeping.days[name]} days`).join(', ');
      Annotations.of(this).addWarningV2(
        'tenfold:audit-compliance-lock',
        `records are locked in compliance mode (${kept}): nobody can delete them before, nor this stack's buckets`,
      );
    }
    this.intake = new RecordIntake(this, 'Intake', { encryptionKey: transitKey, shards: keeping.shards });
    const auditor = new Role(this, 'Auditor', {
      // Whom of the account it lets in is for the policies of those people to say.
      assumedBy: new AccountRootPrincipal(),
      description: 'Looks into the audit trail, and verifies and holds it',
      maxSessionDuration: Duration.hours(1),
    });
    const delivery = new Role(this, 'Delivery', {
      assumedBy: new ServicePrincipal('firehose.amazonaws.com', {
        conditions: { StringEquals: { 'sts:ExternalId': this.account } },
      }),
    });
    const replicators =
      peerRegions.length === 0
        ? []
        : [this.region, ...peerRegions].flatMap((region) => replicatorNames(prefix, region));
    const storeKey = new StoreKey(this, 'StoreKey', { removalPolicy, auditor, delivery, replicators }).key;
    const bucket = (recordClass: RecordClass) => this.bucket(recordClass, storeKey, props);
    const buckets = { access: bucket('access'), security: bucket('security') };
    this.buckets = { access: buckets.access.peer, security: buckets.security.peer };
    const deliver = (recordClass: RecordClass, name: string) =>
      new RecordDelivery(this, name, {
        recordClass,
        bucket: buckets[recordClass],
        encryptionKey: storeKey,
        role: delivery,
        bufferedFor: Duration.seconds(keeping.bufferSeconds),
      });
    this.deliveries = {
      access: deliver('access', 'AccessDelivery'),
      security: deliver('security', 'SecurityDelivery'),
    };
    const sealKey = new Key(this, 'SealKey', {
      description: 'Signs the heads of chains of the audit trail',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy,
    });
    const verify = ['kms:GetPublicKey', 'kms:Verify'];
    sealKey.addToResourcePolicy(new PolicyStatement({ principals: [auditor], actions: verify, resources: ['*'] }));
    this.sealKey = sealKey;
    const catalogue = new RecordCatalogue(this, 'Catalogue', { databaseName: prefix.replaceAll('-', '_'), buckets });
    this.letAudit(auditor, Object.values(buckets));
    table.grantRead(auditor);
    catalogue.grantSearch(auditor);
    this.outputs(auditor);
  }

  private bucket(
    recordClass: RecordClass,
    encryptionKey: IKey,
    { keeping, prefix }: AuditStoreStackProps,
  ): LockedBucket {
    return new LockedBucket(this, recordClass === 'access' ? 'AccessRecords' : 'SecurityRecords', {
      bucketName: `${prefix}-${recordClass}-${this.account}-${this.region}`,
      encryptionKey,
      mode: keeping.lock,
      lockedFor: Duration.days(keeping.days[recordClass]),
      ...(keeping.coldAfterDays !== undefined && { coldAfter: Duration.days(keeping.coldAfterDays) }),
    });
  }

  private letAudit(auditor: Role, buckets: readonly LockedBucket[]): void {
    for (const bucket of buckets) bucket.grantAudit(auditor);
    const reason = 'An auditor reads all records, whose names Firehose makes up.';
    const policy = auditor.node.findChild('DefaultPolicy');
    Validations.of(policy).acknowledge(
      ...buckets.map(({ bucketName }) => ({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${bucketName}/*]`,
        reason,
      })),
    );
  }

  private outputs(auditor: IRole): void {
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description });
    output('AuditorRoleArn', auditor.roleArn, 'Role that looks into the audit trail');
    output('SealKeyArn', this.sealKey.keyArn, 'Key that signs the heads of chains');
    output('AccessBucketName', this.buckets.access.bucketName, 'Records of accesses to personal and payment data');
    output('SecurityBucketName', this.buckets.security.bucketName, 'Records of refusals, and of looks into the trail');
    output('AuditStreamName', this.intake.stream.streamName, 'Stream that takes records');
  }
}

const replicatorNames = (prefix: string, region: string): readonly string[] =>
  recordClasses.map((recordClass) => replicatorName(prefix, recordClass, region));
