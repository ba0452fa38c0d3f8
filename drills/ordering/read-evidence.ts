import { z } from 'zod';
import type { Item } from '../harness/scan-table';
import type { TimelineEntry } from './count-activity';
import type { LedgerEntry, StockEvidence } from './count-stock';

const timelineItem = z.object({
  pk: z.string(),
  itemType: z.literal('TIMELINE'),
  entity: z.string(),
  sequence: z.number(),
});
const counterItem = z.object({
  pk: z.string(),
  itemType: z.literal('COUNTER'),
  onTime: z.number().default(0),
  late: z.number().default(0),
});
const ledgerItem = z.object({
  pk: z.string(),
  sk: z.string(),
  itemType: z.literal('LEDGER'),
  orderId: z.string(),
  sequence: z.number(),
});
const balanceItem = z.object({ pk: z.string(), itemType: z.literal('BALANCE'), sku: z.string(), held: z.number() });

/** Items of one kind that a generation of a consumer has written. */
const ofGeneration = <T extends { readonly pk: string }>(
  items: readonly Item[],
  generation: string,
  shape: z.ZodType<T>,
): readonly T[] =>
  items.flatMap((item) => {
    const found = shape.safeParse(item).data;
    return found?.pk.startsWith(`${generation}/`) ? [found] : [];
  });

/** The drill's entries of the customers' timelines. */
export const timelineFrom = (
  items: readonly Item[],
  generation: string,
  visitIds: ReadonlySet<string>,
): readonly TimelineEntry[] =>
  ofGeneration(items, generation, timelineItem)
    .map(({ entity, sequence }) => ({ visitId: entity.slice(entity.indexOf('/') + 1), sequence }))
    .filter(({ visitId }) => visitIds.has(visitId));

/** How many events all counters have counted, whoever made them. */
export const countedIn = (items: readonly Item[], generation: string): number =>
  ofGeneration(items, generation, counterItem).reduce((sum, { onTime, late }) => sum + onTime + late, 0);

/** The drill's rows of the stock ledger, in its order, and the balances of its stock. */
export const stockEvidenceFrom = (
  items: readonly Item[],
  generation: string,
  orderIds: ReadonlySet<string>,
): StockEvidence => {
  const ledger = ofGeneration(items, generation, ledgerItem)
    .filter(({ orderId }) => orderIds.has(orderId))
    .sort((one, other) => (one.sk < other.sk ? -1 : 1))
    .map(({ orderId, sequence }): LedgerEntry => ({ orderId, sequence }));
  const balances = ofGeneration(items, generation, balanceItem).map(({ sku, held }) => [sku, held] as const);
  return { ledger, balances: new Map(balances) };
};
