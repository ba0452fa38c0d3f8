import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { contextTablesEnv, stageRegionsEnv } from '../shared/stage-env';

/** Environment of unfence-region. */
export const unfenceRegionEnv = z.object({ ...awsRegionEnv, ...contextTablesEnv, ...stageRegionsEnv });
/** What unfence-region is deployed with: every value is text. */
export type UnfenceRegionEnv = z.input<typeof unfenceRegionEnv>;

/** What unfence-region is called with. */
export const unfenceRequest = z.object({ region: z.string().check(z.minLength(1)) });
/** Which region is let back in. */
export type UnfenceRequest = z.infer<typeof unfenceRequest>;

/** What unfence-region answers. */
export interface UnfencedRegion {
  readonly region: string;
  readonly epoch: number;
  /** What the region commits from then on, it publishes itself. RFC 3339. */
  readonly unfencedAt: string;
}
