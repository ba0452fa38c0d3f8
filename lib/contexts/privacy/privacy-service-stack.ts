import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { EraseSubjectEnv } from '../../../lambdas/privacy/erase-subject.contract';
import type { SchemaPhase } from '../../../lambdas/shared/schema-phase.contract';
import type { TableReplica } from '../../constructs/domain-table';
import type { RecordIntake } from '../../constructs/record-intake';
import { ServiceFunction } from '../../constructs/service-function';
import type { SubjectKeyTable } from '../../constructs/subject-key-table';

export interface PrivacyServiceStackProps extends StackProps {
  readonly subjectKeys: SubjectKeyTable;
  readonly certificateKey: IKey;
  /** Takes the record of each erasure. */
  readonly intake: RecordIntake;
  /** The stage's other regions, each with the key that encrypts its replica. */
  readonly peers: readonly TableReplica[];
  /** Where the stage stands in the change of orders to their sealed form. */
  readonly orderSchemaPhase: SchemaPhase;
  /** The day from which on no order was stored in the open. @default nobody knows: certificates give no date */
  readonly ordersSealedSince?: string;
  /** How long the log of what customers do can be read again. */
  readonly activityRetention: Duration;
  /** How long records of access are kept. */
  readonly accessRecordRetention: Duration;
}

const sealedIn: { readonly [Phase in SchemaPhase]: EraseSubjectEnv['ORDERS_SEALED'] } = {
  expand: 'none',
  cutover: 'new',
  contract: 'all',
};

/** Erases customers, for whoever answers their requests. */
export class PrivacyServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: PrivacyServiceStackProps) {
    super(scope, id, props);
    const { subjectKeys, certificateKey, intake, peers, orderSchemaPhase, ordersSealedSince } = props;
    const erase = new ServiceFunction<EraseSubjectEnv>(this, 'EraseSubject', {
      entry: 'privacy/erase-subject',
      environment: {
        SUBJECT_KEYS_TABLE: subjectKeys.tableName,
        SUBJECT_TOKENS_SECRET_ARN: subjectKeys.environment.SUBJECT_TOKENS_SECRET_ARN,
        STAGE_REGIONS: JSON.stringify([this.region, ...peers.map(({ region }) => region)]),
        CERTIFICATE_KEY_ARN: certificateKey.keyArn,
        ORDERS_SEALED: sealedIn[orderSchemaPhase],
        ...(ordersSealedSince !== undefined && { ORDERS_SEALED_SINCE: ordersSealedSince }),
        ACTIVITY_LOG_DAYS: String(props.activityRetention.toDays()),
        ACCESS_RECORD_DAYS: String(props.accessRecordRetention.toDays()),
        ...intake.environment,
      },
      failureImpact: 'Customers wait for the erasure of their data; the law gives it fifteen days.',
      // Twenty looks at every region, half a second apart, and as long again for regions that are slow to answer.
      timeout: Duration.minutes(1),
    });
    subjectKeys.grantErase(erase, peers);
    intake.grantRecord(erase);
    erase.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['kms:Sign'],
        resources: [certificateKey.keyArn],
        conditions: { StringEqualsIfExists: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } },
      }),
    );
    new CfnOutput(this, 'EraseSubjectFunction', {
      value: erase.alias.functionArn,
      description: 'Destroys the keys of a customer in every region, and certifies it',
    });
  }
}
