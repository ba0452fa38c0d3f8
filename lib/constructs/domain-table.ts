import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type ITableV2,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { grantKeyUse, tableReadKeyActions, tableWriteKeyActions } from './key-use';
import { serviceDefaultsOf } from './service-defaults';

export interface DomainTableProps {
  /** The customer managed key that encrypts the table; whoever is granted the table is granted its use. */
  readonly encryptionKey: IKey;
}

const read = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
// A transaction has no action of its own: each of its items needs the action it performs.
const write = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'];

/**
 * The one table of a context: entities, outbox rows, inbox markers, noted tries and parked cases, told apart by their keys `pk` and `sk`.
 *
 * On demand, streamed with both images, restorable to any second of the last 35 days, encrypted with the given key;
 * `expiresAt` (epoch seconds) removes outbox rows, inbox markers and noted tries; the sparse index `cases` lists open cases by age,
 * and whatever else an entity store lists there under a name of its own.
 * Deletion protection and retention follow the stage's removal policy.
 *
 * @example
 * const orders = new DomainTable(this, 'Orders', { encryptionKey });
 * orders.grantEntityStore(placeOrder);
 */
export class DomainTable extends Construct {
  public readonly table: ITableV2;
  public readonly tableName: string;
  /** The table's stream, which the outbox's relay reads. */
  public readonly streamArn: string;
  private readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: DomainTableProps) {
    super(scope, id);
    const { encryptionKey } = props;
    const { removalPolicy } = serviceDefaultsOf(this);
    const string = (name: string) => ({ name, type: AttributeType.STRING });
    const table = new TableV2(this, 'Table', {
      partitionKey: string('pk'),
      sortKey: string('sk'),
      billing: Billing.onDemand(),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryptionV2.customerManagedKey(encryptionKey),
      timeToLiveAttribute: 'expiresAt',
      globalSecondaryIndexes: [{ indexName: 'cases', partitionKey: string('caseStatus'), sortKey: string('openedAt') }],
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });
    this.encryptionKey = encryptionKey;
    this.table = table;
    this.tableName = table.tableName;
    if (table.tableStreamArn === undefined) throw new Error('expected the table to have a stream');
    this.streamArn = table.tableStreamArn;
  }

  /** Lets `grantee` read items by their keys: no scan, no index. */
  public grantRead(grantee: IGrantable): void {
    this.grant(grantee, read);
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableReadKeyActions);
  }

  /** What an entity store, its inbox, its parking and its tries need: to read by keys, and to write in transactions. Nothing is deleted. */
  public grantEntityStore(grantee: IGrantable): void {
    this.grant(grantee, [...read, ...write]);
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableWriteKeyActions);
  }

  /** Lets `grantee` query the sparse index of what is listed: open cases, and whatever else an entity store lists there. */
  public grantListed(grantee: IGrantable): void {
    const resources = [`${this.table.tableArn}/index/cases`];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['dynamodb:Query'], resources }));
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableReadKeyActions);
  }

  /** Lets `grantee` read the stream of changes. */
  public grantStream(grantee: IGrantable): void {
    const actions = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];
    const stream = new PolicyStatement({ actions, resources: [this.streamArn] });
    grantee.grantPrincipal.addToPrincipalPolicy(stream);
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableReadKeyActions);
  }

  private grant(grantee: IGrantable, actions: string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [this.table.tableArn] }));
  }
}
