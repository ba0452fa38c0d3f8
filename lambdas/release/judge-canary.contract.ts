import * as z from 'zod/mini';

/** Environment of judge-canary. */
export const judgeCanaryEnv = z.object({
  /** How long a window lasts, in seconds. */
  WINDOW_SECONDS: z.pipe(z.string().check(z.regex(/^[1-9]\d{0,4}$/)), z.transform(Number)),
});
/** What judge-canary is deployed with: every value is text. */
export type JudgeCanaryEnv = z.input<typeof judgeCanaryEnv>;

const count = z.int().check(z.gte(0));
const versionNumber = z.string().check(z.regex(/^\d+$/));
const probed = z.object({ requests: count, failures: count, latency: z.array(count) });

/** What an execution of the judge is started with. */
export const judgement = z.object({
  deploymentId: z.string().check(z.minLength(1)),
  operation: z.string().check(z.minLength(1)),
  functionName: z.string().check(z.minLength(1)),
  alias: z.string().check(z.minLength(1)),
  currentVersion: versionNumber,
  targetVersion: versionNumber,
  /** When the comparison begins. */
  from: z.iso.datetime(),
});
/** An execution's input. */
export type Judgement = z.infer<typeof judgement>;

/** What judge-canary is called with after each window. */
export const judgeRequest = z.extend(judgement, {
  /** Which window has passed: 1, then 2. */
  window: z.int().check(z.gte(1), z.lte(2)),
  /** What the probes of earlier windows met. @default there was none */
  synthetic: z.optional(z.object({ old: probed, new: probed })),
});
/** A call after a window. */
export type JudgeRequest = z.infer<typeof judgeRequest>;

/** Output of an execution, as far as hooks read it; the rest are the numbers. */
export const recordedVerdict = z.object({ verdict: z.enum(['promote', 'roll-back']) });
