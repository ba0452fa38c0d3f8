import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { contextTablesEnv, stageRegionsEnv } from '../shared/stage-env';

/** Environment of reopen-region. */
export const reopenRegionEnv = z.object({ ...awsRegionEnv, ...contextTablesEnv, ...stageRegionsEnv });
/** What reopen-region is deployed with: every value is text. */
export type ReopenRegionEnv = z.input<typeof reopenRegionEnv>;

const text = z.string().check(z.minLength(1));

/** What reopen-region is called with, in the region that is to be opened: what an operator has decided. */
export const reopenRequest = z.object({
  /** The region that could let this one in, and is lost. */
  lost: text,
  by: text,
  reason: text,
});
/** What an operator has decided. */
export type ReopenRequest = z.infer<typeof reopenRequest>;

/** What reopen-region answers. */
export interface ReopenedRegion {
  readonly region: string;
  readonly lost: string;
  /** Contexts in which the region may come back to work; in the others it was at work. */
  readonly reopened: readonly string[];
}
