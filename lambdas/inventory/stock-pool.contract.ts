import * as z from 'zod/mini';

/** Key of an article in inventory's table: all of its pools, so that one query finds what there is of it. */
export const stockPartitionKey = (sku: string): string => `stock/${sku}`;

/** Key of a region's pool of an article. */
export const poolKey = (sku: string, region: string) => ({ pk: stockPartitionKey(sku), sk: `POOL#${region}` });

/**
 * A region's units of an article. Only that region writes its pool, so that no two regions overwrite each other's counters; what there
 * is of an article, and what of it is held, is the sum over its pools.
 */
export const stockPool = z.object({
  pk: z.string().check(z.startsWith('stock/')),
  sk: z.string().check(z.startsWith('POOL#')),
  sku: z.string(),
  region: z.string(),
  /** Units that this region may hold for orders; never below zero. */
  available: z.int(),
  /** Units that this region holds, less those that it gave back for another region: below zero when these are more. */
  reserved: z.int(),
});
/** Units of an article in all regions. */
export interface Stock {
  readonly available: number;
  readonly reserved: number;
}

/** What the pools of an article come to. */
export const stockIn = (pools: readonly Stock[]): Stock => ({
  available: pools.reduce((sum, { available }) => sum + available, 0),
  reserved: pools.reduce((sum, { reserved }) => sum + reserved, 0),
});
