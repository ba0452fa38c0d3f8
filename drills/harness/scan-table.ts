import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { DeployedSystem } from './deployed-system';

/** An item of a table, its shape not yet checked. */
export type Item = Readonly<Record<string, unknown>>;

/** Reads a whole table, strongly consistent: drills count what is there, not what was there a moment ago. */
export const scanTable = async ({ documents }: DeployedSystem, tableName: string): Promise<Item[]> => {
  const items: Item[] = [];
  const pages = paginateScan({ client: documents }, { TableName: tableName, ConsistentRead: true });
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
};
