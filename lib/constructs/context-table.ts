import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { grantKeyUse, tableReadKeyActions, tableWriteKeyActions } from './key-use';

const read = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
// A transaction has no action of its own: each of its items needs the action it performs.
const write = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'];
const regionRecords = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];

/**
 * The one table of a context as a region sees it: entities, outbox rows, inbox markers, noted tries and parked cases,
 * told apart by their keys `pk` and `sk`. Made by a `DomainTable` in one region and found by a `DomainTableReplica` in the others; who uses it
 * need not know which. Every grant covers this region's replica and its key, and no other.
 */
export abstract class ContextTable extends Construct {
  public abstract readonly tableName: string;
  public abstract readonly tableArn: string;
  /** The stream of this region's replica, which the outbox's relay reads. */
  public abstract readonly streamArn: string;
  /** The key of this region's replica. */
  protected abstract readonly encryptionKey: IKey;

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
    const resources = [`${this.tableArn}/index/cases`];
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['dynamodb:Query'], resources }));
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableReadKeyActions);
  }

  /** Lets `grantee` read the whole table, in whatever order it is stored: for what happens once a year. */
  public grantScan(grantee: IGrantable): void {
    this.grant(grantee, ['dynamodb:Scan']);
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableReadKeyActions);
  }

  /** Lets `grantee` keep the records about regions (leases and fences), and touch no other item. */
  public grantRegionRecords(grantee: IGrantable): void {
    this.grant(grantee, regionRecords, { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['region/*'] } });
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableWriteKeyActions);
  }

  /** Lets `grantee` read the stream of changes. */
  public grantStream(grantee: IGrantable): void {
    const actions = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];
    const stream = new PolicyStatement({ actions, resources: [this.streamArn] });
    grantee.grantPrincipal.addToPrincipalPolicy(stream);
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableReadKeyActions);
  }

  private grant(grantee: IGrantable, actions: readonly string[], conditions?: Record<string, unknown>): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [this.tableArn],
        ...(conditions !== undefined && { conditions }),
      }),
    );
  }
}
