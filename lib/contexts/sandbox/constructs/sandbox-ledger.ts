import type { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, type ITableV2, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { grantKeyUse, tableWriteKeyActions } from '../../../constructs/key-use';

export interface SandboxLedgerProps {
  readonly encryptionKey: IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** The memory of the outside world: idempotency records, effects, and the faults that are switched on. */
export class SandboxLedger extends Construct {
  public readonly table: ITableV2;
  private readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, { encryptionKey, removalPolicy }: SandboxLedgerProps) {
    super(scope, id);
    this.encryptionKey = encryptionKey;
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(encryptionKey),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      removalPolicy,
    });
  }

  /** Lets `grantee` keep the books and the faults. Faults are the only thing that is ever deleted. */
  public grantUse(grantee: IGrantable): void {
    const actions = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];
    const use = new PolicyStatement({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [this.table.tableArn],
    });
    grantee.grantPrincipal.addToPrincipalPolicy(use);
    grantKeyUse(this.encryptionKey, grantee, 'dynamodb', tableWriteKeyActions);
  }
}
