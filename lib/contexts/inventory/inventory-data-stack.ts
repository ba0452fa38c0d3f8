import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { DomainTable } from '../../constructs/domain-table';

export interface InventoryDataStackProps extends StackProps {
  readonly encryptionKey: IKey;
}

/** What inventory remembers. */
export class InventoryDataStack extends Stack {
  public readonly table: DomainTable;

  constructor(scope: Construct, id: string, props: InventoryDataStackProps) {
    super(scope, id, props);
    this.table = new DomainTable(this, 'Table', { encryptionKey: props.encryptionKey });
    new CfnOutput(this, 'TableName', { value: this.table.table.tableName, description: 'Table of inventory' });
  }
}
