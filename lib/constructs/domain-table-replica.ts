import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { ContextTable } from './context-table';
import { SdkCall } from './sdk-call';

export interface DomainTableReplicaProps {
  /** The name that the `DomainTable` was given in the region that makes it. */
  readonly tableName: string;
  /** This region's key, by which the replica is encrypted. */
  readonly encryptionKey: IKey;
}

/**
 * This region's replica of a `DomainTable` that another region makes. Nobody knows at synthesis what the replica's stream is called,
 * and no other region is asked for it: the table is looked up here, by name, when the stack is deployed. So the table must
 * have its replica by then (a dependency between the stacks).
 *
 * @example
 * const orders = new DomainTableReplica(this, 'Orders', { tableName: 'tenfold-prod-ordering', encryptionKey });
 * orders.grantEntityStore(placeOrder);
 */
export class DomainTableReplica extends ContextTable {
  public readonly tableName: string;
  public readonly tableArn: string;
  public readonly streamArn: string;
  protected readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: DomainTableReplicaProps) {
    super(scope, id);
    const { tableName, encryptionKey } = props;
    this.encryptionKey = encryptionKey;
    const tableArn = Stack.of(this).formatArn({ service: 'dynamodb', resource: 'table', resourceName: tableName });
    const { response } = new SdkCall(this, 'LookUp', {
      onUpdate: {
        service: 'DynamoDB',
        action: 'DescribeTable',
        parameters: { TableName: tableName },
        outputPaths: ['Table.TableName', 'Table.TableArn', 'Table.LatestStreamArn'],
        physicalResourceId: PhysicalResourceId.of(tableName),
      },
      statements: [new PolicyStatement({ actions: ['dynamodb:DescribeTable'], resources: [tableArn] })],
    });
    this.tableName = response.getResponseField('Table.TableName');
    this.tableArn = response.getResponseField('Table.TableArn');
    this.streamArn = response.getResponseField('Table.LatestStreamArn');
  }
}
