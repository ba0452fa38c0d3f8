import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { DomainTable } from '../../constructs/domain-table';

export interface LoyaltyDataStackProps extends StackProps {
  readonly encryptionKey: IKey;
}

/** What loyalty remembers. */
export class LoyaltyDataStack extends Stack {
  public readonly table: DomainTable;

  constructor(scope: Construct, id: string, props: LoyaltyDataStackProps) {
    super(scope, id, props);
    this.table = new DomainTable(this, 'Table', { encryptionKey: props.encryptionKey });
    new CfnOutput(this, 'TableName', { value: this.table.table.tableName, description: 'Table of loyalty' });
  }
}
