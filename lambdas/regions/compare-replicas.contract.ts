import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { contextTablesEnv, stageRegionsEnv } from '../shared/stage-env';

/** Environment of compare-replicas. */
export const compareReplicasEnv = z.object({ ...awsRegionEnv, ...contextTablesEnv, ...stageRegionsEnv });
/** What compare-replicas is deployed with: every value is text. */
export type CompareReplicasEnv = z.input<typeof compareReplicasEnv>;

const text = z.string().check(z.minLength(1));

/** What a return calls compare-replicas with. */
export const compareRequest = z.object({
  /** The region that is compared with this one, and that was evacuated to it. */
  region: text,
  context: text,
  /** Where the last call stopped. @default the beginning */
  cursor: z.optional(z.object({ pk: z.string(), sk: z.string() })),
});
/** Which replicas are compared. */
export type CompareRequest = z.infer<typeof compareRequest>;

/** What compare-replicas answers. */
export interface ComparedReplicas {
  readonly looked: number;
  /** Items of the two regions that differ, and did not change while they were looked at. */
  readonly divergent: number;
  /** Of these, the ones that were written again from their winner; the others have changed since, or are under way. */
  readonly repaired: number;
  /** The first keys of divergent items, for people. */
  readonly keys: readonly string[];
  /** Time was over before all items were seen: call again with it. */
  readonly cursor?: { readonly pk: string; readonly sk: string };
}
