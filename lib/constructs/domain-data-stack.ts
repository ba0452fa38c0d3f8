import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { DomainTable } from './domain-table';

export interface DomainDataStackProps extends StackProps {
  /** Whose data these are, for example `ordering`. */
  readonly context: string;
  readonly encryptionKey: IKey;
}

/** What one context remembers, apart from the functions that change daily: a stack that is deployed rarely and protected. */
export class DomainDataStack extends Stack {
  public readonly table: DomainTable;

  constructor(scope: Construct, id: string, props: DomainDataStackProps) {
    super(scope, id, props);
    const { context, encryptionKey } = props;
    this.table = new DomainTable(this, 'Table', { encryptionKey });
    new CfnOutput(this, 'TableName', { value: this.table.tableName, description: `Table of ${context}` });
  }
}
