import { CfnOutput, type RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { type IKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { TableReplica } from '../../constructs/domain-table';
import { RegionalKey } from '../../constructs/regional-key';
import { SubjectKeyTable } from '../../constructs/subject-key-table';

export interface PrivacyDataStackProps extends StackProps {
  /** What the table of subjects' keys is called in every region. */
  readonly tableName: string;
  /** What the secret of customers' tokens is called in every region. It must not end with a hyphen and six characters, like the names that AWS gives. */
  readonly tokenSecretName: string;
  /** This region's data key, by which the table is encrypted at rest. */
  readonly encryptionKey: IKey;
  /** Makes the table, with these replicas; or `elsewhere`: another region makes it, and this one has a replica. */
  readonly replicas: readonly TableReplica[] | 'elsewhere';
  readonly removalPolicy: RemovalPolicy;
  /** The wrapping key of the stage's primary region. @default none: this is the primary region */
  readonly primaryKey?: RegionalKey;
}

/** The keys by which customers' data are sealed, and the key that signs for their destruction. */
export class PrivacyDataStack extends Stack {
  public readonly subjectKeys: SubjectKeyTable;
  /** Wraps the keys of subjects. */
  public readonly wrappingKey: RegionalKey;
  /** Signs certificates of erasure. */
  public readonly certificateKey: IKey;

  constructor(scope: Construct, id: string, props: PrivacyDataStackProps) {
    super(scope, id, props);
    const { tableName, encryptionKey, replicas, removalPolicy, primaryKey } = props;
    this.wrappingKey = new RegionalKey(this, 'WrappingKey', {
      description: 'Wraps the data keys of customers',
      removalPolicy,
      statements: [],
      ...(primaryKey && { primary: primaryKey }),
    });
    this.subjectKeys = new SubjectKeyTable(this, 'SubjectKeys', {
      ...{ tableName, encryptionKey, replicas },
      wrappingKey: this.wrappingKey.key,
      tokenSecret: this.tokenSecret(props),
    });
    this.certificateKey = new Key(this, 'CertificateKey', {
      description: 'Signs certificates of erasure',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy,
    });
    new CfnOutput(this, 'WrappingKeyArn', {
      value: this.wrappingKey.key.keyArn,
      description: 'Wraps the data keys of customers; its use is in CloudTrail, by subject',
    });
    new CfnOutput(this, 'SubjectTokensSecretName', {
      value: props.tokenSecretName,
      description: 'Tokens of customers are made with it',
    });
    new CfnOutput(this, 'SubjectKeysTableName', { value: tableName, description: 'Wrapped data keys of customers' });
  }

  /** Made where the table is, and copied to where its replicas are; known by its one name everywhere. */
  private tokenSecret({ tokenSecretName, replicas, removalPolicy }: PrivacyDataStackProps): ISecret {
    if (replicas !== 'elsewhere') {
      const secret = new Secret(this, 'TokenSecret', {
        description: 'Tokens of customers are made with it; it must never change',
        secretName: tokenSecretName,
        // By the accounts' default keys: a key of its own has no grant where the secret is known by name alone.
        replicaRegions: replicas.map(({ region }) => ({ region })),
        removalPolicy,
        generateSecretString: { excludePunctuation: true, passwordLength: 64 },
      });
      Validations.of(secret).acknowledge({
        id: 'AwsSolutions-SMG4',
        reason: 'With another secret no key of a customer would be found any more, and none could be erased',
      });
    }
    return Secret.fromSecretNameV2(this, 'SubjectTokens', tokenSecretName);
  }
}
