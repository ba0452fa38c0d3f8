import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type AnsweredRequest, type BookEntry, type Books, BooksChangedError, type Held } from './books.port';
import { ledgerKey } from './sandbox-keys';

const isChange = (error: unknown): error is TransactionCanceledException =>
  error instanceof TransactionCanceledException &&
  (error.CancellationReasons ?? []).some(
    ({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict',
  );

/** The memory of one service in the sandbox's DynamoDB table: requests, holdings and ledger are written by one transaction. */
export class DynamoDbBooks<Holding> implements Books<Holding> {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: { readonly tableName: string; readonly service: string },
  ) {}

  async read(
    idempotencyKey: string,
    key: string,
  ): Promise<{ readonly answered?: AnsweredRequest; readonly held?: Held<Holding> }> {
    const [answered, held] = await Promise.all([
      this.get<AnsweredRequest>(this.requestKey(idempotencyKey)),
      this.get<Held<Holding>>(this.holdingKey(key)),
    ]);
    return { ...(answered && { answered }), ...(held && { held }) };
  }

  async write({ idempotencyKey, fingerprint, key, basedOn, effect }: BookEntry<Holding>): Promise<void> {
    const { tableName: TableName, service } = this.options;
    const fresh = { TableName, ConditionExpression: 'attribute_not_exists(pk)' };
    const { answer, holding, ledger } = effect;
    const version = basedOn?.version ?? 0;
    const unchanged = {
      ExpressionAttributeNames: { '#version': 'version' },
      ConditionExpression: basedOn ? '#version = :version' : 'attribute_not_exists(#version)',
      ...(basedOn && { ExpressionAttributeValues: { ':version': version } }),
    };
    const Key = this.holdingKey(key);
    const held =
      holding === undefined
        ? basedOn && { ConditionCheck: { TableName, Key, ...unchanged } }
        : { Put: { TableName, Item: { ...Key, holding, version: version + 1 }, ...unchanged } };
    const items = [
      { Put: { ...fresh, Item: { ...this.requestKey(idempotencyKey), fingerprint, answer } } },
      ...(held ? [held] : []),
      ...ledger.map((entry) => ({ Put: { ...fresh, Item: { ...ledgerKey(service, entry), ...entry } } })),
    ];
    try {
      await this.client.send(new TransactWriteCommand({ TransactItems: items }));
    } catch (cause) {
      throw isChange(cause) ? new BooksChangedError('the books changed since they were read', { cause }) : cause;
    }
  }

  /** Items of these keys are written by `write` alone, so their shape is known. */
  private async get<Item>(Key: { readonly pk: string; readonly sk: string }): Promise<Item | undefined> {
    const { tableName: TableName } = this.options;
    const { Item } = await this.client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item as Item | undefined;
  }

  private requestKey(idempotencyKey: string) {
    return { pk: `REQUEST#${this.options.service}#${idempotencyKey}`, sk: 'REQUEST' };
  }

  private holdingKey(key: string) {
    return { pk: `HOLDING#${this.options.service}#${key}`, sk: 'HOLDING' };
  }
}
