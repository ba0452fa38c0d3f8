import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { LedgerEntry } from './effect';
import type { EffectLedger, LedgerPage } from './effect-ledger.port';
import { ledgerPartition } from './sandbox-keys';

/** The ledger of one service in the sandbox's DynamoDB table. */
export class DynamoDbEffectLedger implements EffectLedger {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: { readonly tableName: string; readonly service: string },
  ) {}

  async page({ reference, from, limit }: Parameters<EffectLedger['page']>[0]): Promise<LedgerPage> {
    const { tableName: TableName, service } = this.options;
    const pk = ledgerPartition(service);
    const { Items = [], LastEvaluatedKey: last } = await this.client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: reference === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :of)',
        ExpressionAttributeValues: { ':pk': pk, ...(reference !== undefined && { ':of': `${reference}#` }) },
        ...(from !== undefined && { ExclusiveStartKey: { pk, sk: from } }),
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    // Items of this partition are written by the books alone.
    const entries = Items.map(({ pk: _pk, sk: _sk, ...entry }) => entry as LedgerEntry);
    return { entries, ...(last && { next: String(last['sk']) }) };
  }
}
