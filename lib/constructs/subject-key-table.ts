import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { TableReplica } from './domain-table';
import { grantKeyUse, tableReadKeyActions, tableWriteKeyActions } from './key-use';
import { grantConnection } from './outside-connection';
import { serviceDefaultsOf } from './service-defaults';

export interface SubjectKeyTableProps {
  /** What the table is called in every region. */
  readonly tableName: string;
  /** This region's key that encrypts the table at rest. */
  readonly encryptionKey: IKey;
  /** This region's replica of the key that wraps the keys of subjects; of no other use, so that who may read the table cannot use what it holds. */
  readonly wrappingKey: IKey;
  /** Tokens of customers are made with it, in every region alike: without it nobody can tell whose a token is. It must never change. */
  readonly tokenSecret: ISecret;
  /** Makes the table, with these replicas; or `elsewhere`: another region makes it, and this one has a replica. */
  readonly replicas: readonly TableReplica[] | 'elsewhere';
}

/**
 * Wrapped keys are bound to this context, so that without one nothing is unwrapped anyway: `IfExists` weakens nothing, and an emulator that knows no
 * context of KMS still grants.
 */
const forSubjects = { StringEqualsIfExists: { 'kms:EncryptionContext:purpose': 'subject-data' } };

const onlySubjects = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['subject/*'] } };

/**
 * The data keys of the people whom data are about, each wrapped by a KMS key: what is sealed with one is readable as long as it stands here.
 * So nothing of this table is kept anywhere else: it has no point-in-time recovery, no stream that anybody is granted, and belongs in no
 * backup plan. A key that is deleted from its replicas is gone.
 *
 * @example
 * const keys = new SubjectKeyTable(this, 'Keys', { tableName, encryptionKey, wrappingKey, tokenSecret, replicas: [] });
 * keys.grantSeal(placeOrder);
 * keys.grantOpen(bookShipment);
 */
export class SubjectKeyTable extends Construct {
  /** What a function that seals or opens is told. */
  public readonly environment: {
    readonly SUBJECT_KEYS_TABLE: string;
    readonly SUBJECT_WRAPPING_KEY_ARN: string;
    readonly SUBJECT_TOKENS_SECRET_ARN: string;
  };
  public readonly tableName: string;
  private readonly tableArn: string;
  private readonly encryptionKey: IKey;
  private readonly wrappingKey: IKey;
  private readonly tokenSecret: ISecret;

  constructor(scope: Construct, id: string, props: SubjectKeyTableProps) {
    super(scope, id);
    const { tableName, encryptionKey, wrappingKey, tokenSecret, replicas } = props;
    if (replicas !== 'elsewhere') this.table(props, replicas);
    this.tableName = tableName;
    this.tableArn = Stack.of(this).formatArn({ service: 'dynamodb', resource: 'table', resourceName: tableName });
    this.encryptionKey = encryptionKey;
    this.wrappingKey = wrappingKey;
    this.tokenSecret = tokenSecret;
    this.environment = {
      SUBJECT_KEYS_TABLE: tableName,
      SUBJECT_WRAPPING_KEY_ARN: wrappingKey.keyArn,
      SUBJECT_TOKENS_SECRET_ARN: tokenSecret.secretArn,
    };
  }

  /** Lets `grantee` open what was sealed: read keys and unwrap them. */
  public grantOpen(grantee: IGrantable): void {
    this.grant(grantee, ['dynamodb:Query']);
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableReadKeyActions);
    this.grantWrapping(grantee, ['kms:Decrypt']);
  }

  /** Lets `grantee` seal, which is to open, and to make keys of subjects that have none. It deletes none, but can put another in the place of one. */
  public grantSeal(grantee: IGrantable): void {
    this.grant(grantee, ['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem']);
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableWriteKeyActions);
    this.grantWrapping(grantee, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** Lets `grantee` destroy keys here and in other regions, and leave tombstones; it can unwrap none. */
  public grantErase(grantee: IGrantable, peers: readonly TableReplica[]): void {
    const actions = ['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'];
    // Certificates are read where they are issued.
    this.grant(grantee, [...actions, 'dynamodb:GetItem']);
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableWriteKeyActions);
    for (const { region, keyArn } of peers) {
      const resource = { service: 'dynamodb', resource: 'table', resourceName: this.tableName, region };
      const resources = [Stack.of(this).formatArn(resource)];
      const through = { StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` } };
      for (const statement of [
        new PolicyStatement({ actions, resources, conditions: onlySubjects }),
        new PolicyStatement({ actions: [...tableWriteKeyActions], resources: [keyArn], conditions: through }),
      ])
        grantee.grantPrincipal.addToPrincipalPolicy(statement);
    }
  }

  private table({ tableName, encryptionKey }: SubjectKeyTableProps, replicas: readonly TableReplica[]): void {
    const { removalPolicy } = serviceDefaultsOf(this);
    const replicaKeys = Object.fromEntries(replicas.map(({ region, keyArn }) => [region, keyArn]));
    const table = new TableV2(this, 'Table', {
      tableName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(encryptionKey, replicaKeys),
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
      replicas: replicas.map(({ region }) => ({ region })),
    });
    Validations.of(table).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'An erasure destroys a key for good: point-in-time recovery would bring it back for 35 days',
    });
  }

  private grant(grantee: IGrantable, actions: readonly string[]): void {
    grantConnection(this.tokenSecret, grantee);
    const statement = { actions: [...actions], resources: [this.tableArn], conditions: onlySubjects };
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement(statement));
  }

  private grantWrapping(grantee: IGrantable, actions: readonly string[]): void {
    const [resources, conditions] = [[this.wrappingKey.keyArn], forSubjects];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources, conditions }));
  }
}
