import {
  Annotations,
  Aws,
  CfnOutput,
  Duration,
  type RemovalPolicy,
  Stack,
  type StackProps,
  Validations,
} from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  ArnPrincipal,
  CompositePrincipal,
  type IPrincipal,
  type IRole,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { type RecordClass, recordClasses } from '../../../lambdas/shared/access-record.contract';
import type { ContextTable } from '../../constructs/context-table';
import { deployerOf } from '../../constructs/deployer';
import { LockedBucket, type LockedBucketProps, type LockMode } from '../../constructs/locked-bucket';
import { RecordIntake } from '../../constructs/record-intake';
import type { BucketPeer } from '../../constructs/replicated-bucket';
import { ChangeWatch } from './constructs/change-watch';
import { FindingsTopic } from './constructs/findings-topic';
import { RecordCatalogue } from './constructs/record-catalogue';
import { RecordDelivery } from './constructs/record-delivery';
import { SealKey } from './constructs/seal-key';
import { StoreKey } from './constructs/store-key';
import { replicatorName } from './replicator-name';
import { sealerName } from './sealer-name';

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
  /** ARNs of the roles and users that may become the auditor. @default whoever of the account IAM lets */
  readonly auditors?: readonly string[] | undefined;
  /** Whether they need a second factor for it. */
  readonly auditorMfa: boolean;
  /** ARNs of who may change keys and buckets beside CloudFormation's role. @default the account's root user */
  readonly breakGlass?: readonly string[] | undefined;
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
  /** Where unusual accesses are told: it keeps who wants to hear of them. */
  public readonly findings: FindingsTopic;

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
    this.findings = new FindingsTopic(this, 'Findings', { encryptionKey: transitKey });
    this.intake = new RecordIntake(this, 'Intake', { encryptionKey: transitKey, shards: keeping.shards });
    const administrators = [
      deployerOf(this),
      ...(keeping.breakGlass ?? [`arn:${Aws.PARTITION}:iam::${this.account}:root`]),
    ];
    const auditor = new Role(this, 'Auditor', {
      assumedBy: auditorsOf(keeping),
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
    const named = (role: string) => `arn:${Aws.PARTITION}:iam::${this.account}:role/${role}`;
    const storeKey = new StoreKey(this, 'StoreKey', { removalPolicy, auditor, delivery, replicators, administrators })
      .key;
    const bucket = (recordClass: RecordClass) => {
      const copiers = peerRegions.map((region) => named(replicatorName(prefix, recordClass, region)));
      const writers = [delivery.roleArn, ...copiers];
      return this.bucket(recordClass, storeKey, props, { writers, holders: [auditor.roleArn], administrators });
    };
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
    const sealerArn = named(sealerName(prefix, this.region));
    this.sealKey = new SealKey(this, 'SealKey', { removalPolicy, auditor, sealerArn, administrators }).key;
    new ChangeWatch(this, 'Changes', {
      buckets: Object.values(buckets),
      keys: [storeKey, this.sealKey],
      keptFor: Duration.days(keeping.days.security),
    });
    const catalogue = new RecordCatalogue(this, 'Catalogue', { databaseName: prefix.replaceAll('-', '_'), buckets });
    this.letAudit(auditor, Object.values(buckets));
    table.grantRead(auditor);
    // Whoever looks into the trail is in it.
    this.intake.stream.grantAppend(auditor);
    catalogue.grantSearch(auditor);
    this.outputs(auditor);
  }

  private bucket(
    recordClass: RecordClass,
    encryptionKey: IKey,
    { keeping, prefix }: AuditStoreStackProps,
    rights: Pick<LockedBucketProps, 'writers' | 'holders' | 'administrators'>,
  ): LockedBucket {
    return new LockedBucket(this, recordClass === 'access' ? 'AccessRecords' : 'SecurityRecords', {
      bucketName: `${prefix}-${recordClass}-${this.account}-${this.region}`,
      encryptionKey,
      ...rights,
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
    output('FindingsTopicArn', this.findings.topicArn, 'Topic that tells unusual accesses');
    output('AuditStreamName', this.intake.stream.streamName, 'Stream that takes records');
  }
}

const replicatorNames = (prefix: string, region: string): readonly string[] =>
  recordClasses.map((recordClass) => replicatorName(prefix, recordClass, region));

const auditorsOf = ({ auditors, auditorMfa }: RecordKeeping): IPrincipal => {
  // Without names, whom of the account it lets in is for the policies of those people to say.
  const principals = auditors?.map((arn) => new ArnPrincipal(arn)) ?? [new AccountRootPrincipal()];
  const conditions = auditorMfa ? { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } : {};
  return new CompositePrincipal(...principals.map((principal) => principal.withConditions(conditions)));
};
