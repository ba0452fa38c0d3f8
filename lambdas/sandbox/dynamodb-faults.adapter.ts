import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Fault, faultKeysFor, type Operation } from './fault';
import type { Faults } from './faults.port';

type FaultKey = Pick<Fault, 'operation' | 'reference'>;

/** The faults of one service in the sandbox's DynamoDB table. */
export class DynamoDbFaults implements Faults {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: { readonly tableName: string; readonly service: string },
  ) {}

  async take(operation: Operation, reference: string): Promise<Fault | undefined> {
    const { tableName } = this.options;
    const keys = faultKeysFor(operation, reference).map((key) => this.keyOf(key));
    const request = { RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } };
    const { Responses } = await this.client.send(new BatchGetCommand(request));
    const found = Responses?.[tableName] ?? [];
    for (const { pk, sk } of keys) {
      // Items of these keys are written by `put` alone.
      const fault = found.find((item) => item['pk'] === pk && item['sk'] === sk)?.['fault'] as Fault | undefined;
      if (fault && (await this.count(fault))) return fault;
    }
    return undefined;
  }

  async put(fault: Fault): Promise<void> {
    const { tableName: TableName } = this.options;
    await this.client.send(new PutCommand({ TableName, Item: { ...this.keyOf(fault), fault } }));
  }

  async list(): Promise<readonly Fault[]> {
    return (await this.items()).map((item) => item['fault'] as Fault);
  }

  async clear(): Promise<void> {
    const { tableName: TableName } = this.options;
    for (const { pk, sk } of await this.items()) {
      await this.client.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
    }
  }

  /** Whether the fault hits once more: of concurrent requests each takes a time of its own. */
  private async count(fault: Fault): Promise<boolean> {
    if (fault.times === undefined) return true;
    const update = {
      TableName: this.options.tableName,
      Key: this.keyOf(fault),
      UpdateExpression: 'SET #fault.#times = #fault.#times - :one',
      ConditionExpression: '#fault.#times >= :one',
      ExpressionAttributeNames: { '#fault': 'fault', '#times': 'times' },
      ExpressionAttributeValues: { ':one': 1 },
    };
    try {
      await this.client.send(new UpdateCommand(update));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  private async items(): Promise<readonly Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    const query = {
      TableName: this.options.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': this.partition },
      ConsistentRead: true,
    };
    let from: Record<string, unknown> | undefined;
    do {
      const page = await this.client.send(new QueryCommand({ ...query, ...(from && { ExclusiveStartKey: from }) }));
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
    return items;
  }

  private get partition(): string {
    return `FAULTS#${this.options.service}`;
  }

  private keyOf({ operation, reference }: FaultKey) {
    return { pk: this.partition, sk: `${operation}#${reference ?? '*'}` };
  }
}
