import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { ContextTable } from './context-table';
import { DomainTable, type TableReplica } from './domain-table';
import { DomainTableReplica } from './domain-table-replica';

export interface DomainDataStackProps extends StackProps {
  /** Whose data these are, for example `ordering`. */
  readonly context: string;
  /** What the table is called in every region. */
  readonly tableName: string;
  readonly encryptionKey: IKey;
  /** Makes the table, with these replicas; or `elsewhere`: another region makes it, and this one has a replica. */
  readonly replicas: readonly TableReplica[] | 'elsewhere';
}

/** What one context remembers, apart from the functions that change daily: a stack that is deployed rarely and protected. */
export class DomainDataStack extends Stack {
  public readonly table: ContextTable;

  constructor(scope: Construct, id: string, props: DomainDataStackProps) {
    super(scope, id, props);
    const { context, tableName, encryptionKey, replicas } = props;
    this.table =
      replicas === 'elsewhere'
        ? new DomainTableReplica(this, 'Table', { tableName, encryptionKey })
        : new DomainTable(this, 'Table', { tableName, encryptionKey, replicas });
    new CfnOutput(this, 'TableName', { value: this.table.tableName, description: `Table of ${context}` });
  }
}
