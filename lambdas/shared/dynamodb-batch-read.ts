import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** A stored item with plain attribute values. */
export type Item = Record<string, unknown>;

/** Keys a BatchGetItem call takes. */
const MAX_KEYS = 100;
/** Tries of a batch that DynamoDB answers only in part, and the pause before the second, doubled each time. */
const [MAX_READS, PAUSE_MS] = [5, 20];

/** Reads items of one table, strongly consistent, in any order; keys without an item are left out. */
export const readItems = async (
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly Item[],
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for (let start = 0; start < keys.length; start += MAX_KEYS) {
    let asked = keys.slice(start, start + MAX_KEYS);
    for (let read = 1; asked.length > 0; read += 1) {
      if (read > MAX_READS) throw new Error(`${asked.length} keys of ${tableName} were left unread ${MAX_READS} times`);
      if (read > 1) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** (read - 2)));
      const RequestItems = { [tableName]: { Keys: asked, ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems }));
      items.push(...(Responses?.[tableName] ?? []));
      asked = UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
  }
  return items;
};
