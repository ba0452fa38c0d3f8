import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { pricePartitionKey } from '../../lambdas/ordering/price.contract';
import type { DeployedSystem } from '../harness/deployed-system';
import { inParallel } from '../harness/in-parallel';
import type { Random } from '../harness/random';

/** SKUs of one run of the drill alone, so that its stock can be counted to the last piece. */
export interface DrillCatalogue {
  /** More pieces than all orders together ask for. */
  readonly plentiful: readonly string[];
  /** Fewer pieces than there are buyers. */
  readonly scarce: string;
  readonly initialStock: ReadonlyMap<string, number>;
}

/** Currency of every price. */
export const CURRENCY = 'BRL';

const PLENTY = 5000;
const SCARCE = 3;

/** Puts prices into ordering's table and pieces into inventory's. */
export const loadDrillCatalogue = async (system: DeployedSystem, random: Random): Promise<DrillCatalogue> => {
  const run = random.uuid().slice(0, 8).toUpperCase();
  const plentiful = [1, 2, 3, 4, 5].map((number) => `DRILL-${run}-${number}`);
  const scarce = `DRILL-${run}-SCARCE`;
  const initialStock = new Map([...plentiful.map((sku) => [sku, PLENTY] as const), [scarce, SCARCE]]);
  const [orders, inventory] = [await system.tableName('ordering'), await system.tableName('inventory')];
  await inParallel([...initialStock], 4, async ([sku, pieces]) => {
    const price = {
      pk: pricePartitionKey(sku),
      sk: 'ENTITY',
      sku,
      currency: CURRENCY,
      unitPriceMinor: random.integer(500, 9000),
    };
    const stock = { pk: `stock/${sku}`, sk: 'ENTITY', sku, available: pieces, reserved: 0 };
    await system.documents.send(new PutCommand({ TableName: orders, Item: price }));
    await system.documents.send(new PutCommand({ TableName: inventory, Item: stock }));
  });
  return { plentiful, scarce, initialStock };
};
