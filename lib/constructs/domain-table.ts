import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, StreamViewType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ContextTable } from './context-table';
import { serviceDefaultsOf } from './service-defaults';

/** Another region that holds the table. */
export interface TableReplica {
  readonly region: string;
  /** The customer managed key of that region that encrypts the replica; must exist before it. */
  readonly keyArn: string;
}

export interface DomainTableProps {
  /** The customer managed key that encrypts the table; whoever is granted the table is granted its use. */
  readonly encryptionKey: IKey;
  /** What the table is called in every region. @default CloudFormation names it; no other region can then know it */
  readonly tableName?: string;
  /** The other regions that hold it. CloudFormation adds or removes one in an update. @default none */
  readonly replicas?: readonly TableReplica[];
}

/**
 * A context's table, made in this region and replicated to the others (eventually consistent, last writer wins).
 *
 * On demand, streamed with both images, restorable to any second of the last 35 days, encrypted with the given key;
 * `expiresAt` (epoch seconds) removes outbox rows, inbox markers and noted tries; the sparse index `cases` lists open cases by age,
 * and whatever else an entity store lists there under a name of its own.
 * Deletion protection and retention follow the stage's removal policy. What DynamoDB does not copy from replica to replica
 * (restorability, protection, key, tags) is set for each.
 *
 * @example
 * const orders = new DomainTable(this, 'Orders', { encryptionKey });
 * orders.grantEntityStore(placeOrder);
 */
export class DomainTable extends ContextTable {
  public readonly tableName: string;
  public readonly tableArn: string;
  public readonly streamArn: string;
  protected readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: DomainTableProps) {
    super(scope, id);
    const { encryptionKey, tableName, replicas = [] } = props;
    const { removalPolicy } = serviceDefaultsOf(this);
    const string = (name: string) => ({ name, type: AttributeType.STRING });
    const replicaKeys = Object.fromEntries(replicas.map(({ region, keyArn }) => [region, keyArn]));
    const table = new TableV2(this, 'Table', {
      ...(tableName !== undefined && { tableName }),
      partitionKey: string('pk'),
      sortKey: string('sk'),
      billing: Billing.onDemand(),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryptionV2.customerManagedKey(encryptionKey, replicaKeys),
      timeToLiveAttribute: 'expiresAt',
      globalSecondaryIndexes: [{ indexName: 'cases', partitionKey: string('caseStatus'), sortKey: string('openedAt') }],
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
      replicas: replicas.map(({ region }) => ({ region })),
    });
    this.encryptionKey = encryptionKey;
    this.tableName = table.tableName;
    this.tableArn = table.tableArn;
    if (table.tableStreamArn === undefined) throw new Error('expected the table to have a stream');
    this.streamArn = table.tableStreamArn;
  }
}
