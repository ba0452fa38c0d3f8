import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { contextTablesEnv, stageRegionsEnv } from '../shared/stage-env';

/** Environment of keep-region-lease. */
export const keepRegionLeaseEnv = z.object({
  ...awsRegionEnv,
  ...contextTablesEnv,
  ...stageRegionsEnv,
  /** How long the region may go on writing after its last renewal. */
  LEASE_SECONDS: z.pipe(z.string().check(z.regex(/^[1-9]\d{0,5}$/)), z.transform(Number)),
});
/** What keep-region-lease is deployed with: every value is text. */
export type KeepRegionLeaseEnv = z.input<typeof keepRegionLeaseEnv>;
