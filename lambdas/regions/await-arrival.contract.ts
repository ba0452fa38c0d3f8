import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { contextTablesEnv, stageRegionsEnv } from '../shared/stage-env';

/** Environment of await-arrival. */
export const awaitArrivalEnv = z.object({ ...awsRegionEnv, ...contextTablesEnv, ...stageRegionsEnv });
/** What await-arrival is deployed with: every value is text. */
export type AwaitArrivalEnv = z.input<typeof awaitArrivalEnv>;

const text = z.string().check(z.minLength(1));

/** What a workflow calls await-arrival with. */
export const arrivalRequest = z.object({
  /** The region that was evacuated to this one, and answers. */
  region: text,
  context: text,
  /** RFC 3339: what the region wrote before is here. */
  since: text,
  /** Where the last call stopped. @default the beginning */
  cursor: z.optional(z.object({ pk: z.string(), sk: z.string() })),
});
/** Whose writes are waited for. */
export type ArrivalRequest = z.infer<typeof arrivalRequest>;

/** What await-arrival answers. */
export interface ArrivalAnswer {
  readonly looked: number;
  /** Items that have not come here yet, as the region wrote them last. */
  readonly missing: number;
  /** The first keys of missing items, for people. */
  readonly keys: readonly string[];
  /** Time was over before all items were seen: call again with it. */
  readonly cursor?: { readonly pk: string; readonly sk: string };
}
