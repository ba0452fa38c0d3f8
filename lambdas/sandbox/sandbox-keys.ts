import type { LedgerEntry } from './effect';

/** Partition of one service's ledger. One partition takes a thousand effects a second, which is plenty for a sandbox. */
export const ledgerPartition = (service: string): string => `LEDGER#${service}`;

/** Where an effect is kept: by its order first, so that one query finds all of an order's effects. */
export const ledgerKey = (service: string, { reference, kind, key }: LedgerEntry) => ({
  pk: ledgerPartition(service),
  sk: `${reference}#${kind}#${key}`,
});
