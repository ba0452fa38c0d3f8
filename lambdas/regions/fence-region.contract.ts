import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { contextTablesEnv, stageRegionsEnv } from '../shared/stage-env';

/** Environment of fence-region. */
export const fenceRegionEnv = z.object({ ...awsRegionEnv, ...contextTablesEnv, ...stageRegionsEnv });
/** What fence-region is deployed with: every value is text. */
export type FenceRegionEnv = z.input<typeof fenceRegionEnv>;

const text = z.string().check(z.minLength(1));

/** What fence-region is called with: what an operator has decided. */
export const fenceRequest = z.object({
  region: text,
  /** The region that takes over, and the one that is asked. */
  successor: text,
  /** One more than the last epoch of the region; the same when an evacuation is repeated. */
  epoch: z.int().check(z.minimum(1)),
  /** The region cannot be asked: what it has not replicated is lost until it returns. */
  lossDeclared: z.boolean(),
  by: text,
  reason: text,
});
/** What an operator has decided. */
export type FenceRequest = z.infer<typeof fenceRequest>;

/** What fence-region answers. */
export interface FencedRegion {
  readonly region: string;
  readonly successor: string;
  readonly epoch: number;
  /** Outbox rows that were committed before were published by the region, or parked. RFC 3339. */
  readonly since: string;
  /** Contexts whose replica in the region was told directly; the others hear of it by replication. */
  readonly told: readonly string[];
}
