import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { subjectKeysEnv } from '../shared/subject-keys-env';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of backfill-orders. */
export const backfillOrdersEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
  ...subjectKeysEnv,
});
/** What backfill-orders is deployed with: every value is text. */
export type BackfillOrdersEnv = z.input<typeof backfillOrdersEnv>;
