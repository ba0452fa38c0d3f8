import * as z from 'zod/mini';
import { orderedConsumerEnv } from '../shared/ordered-consumer-env';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of keep-stock-ledger. */
export const keepStockLedgerEnv = z.object({
  ...awsRegionEnv,
  ...orderedConsumerEnv,
  /** Activity's own table. */
  ACTIVITY_TABLE: z.string().check(z.minLength(3)),
});
/** What keep-stock-ledger is deployed with: every value is text. */
export type KeepStockLedgerEnv = z.input<typeof keepStockLedgerEnv>;
