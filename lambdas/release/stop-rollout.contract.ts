import * as z from 'zod/mini';

/** Environment of stop-rollout: it needs none. */
export const stopRolloutEnv = z.object({});
/** What stop-rollout is deployed with. */
export type StopRolloutEnv = z.input<typeof stopRolloutEnv>;

/** What the judge's workflow calls it with. */
export const stopRequest = z.object({
  deploymentId: z.string().check(z.minLength(1)),
  /** For people: why. */
  why: z.string(),
});
/** Which rollout is stopped, and why. */
export type StopRequest = z.infer<typeof stopRequest>;
