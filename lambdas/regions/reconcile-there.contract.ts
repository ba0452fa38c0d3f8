import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { stageRegionsEnv } from '../shared/stage-env';

/** Environment of reconcile-there. */
export const reconcileThereEnv = z.object({
  ...awsRegionEnv,
  ...stageRegionsEnv,
  /** What the function is called in every region, with its alias, that puts a region's stock right. */
  RECONCILE_FUNCTION: z.string().check(z.regex(/^[\w-]{1,64}:[\w-]+$/)),
});
/** What reconcile-there is deployed with: every value is text. */
export type ReconcileThereEnv = z.input<typeof reconcileThereEnv>;

const text = z.string().check(z.minLength(1));

/** What a return calls reconcile-there with. */
export const reconcileThereRequest = z.object({ region: text, since: text, cursor: z.optional(text) });
/** Which region's stock is put right. */
export type ReconcileThereRequest = z.infer<typeof reconcileThereRequest>;

/** What the region answers. */
export const reconciled = z.object({ looked: z.int(), returned: z.int(), cursor: z.optional(text) });
/** What the region has looked at, and taken back. */
export type Reconciled = z.infer<typeof reconciled>;
