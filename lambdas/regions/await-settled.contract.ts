import * as z from 'zod/mini';
import { consumerQueuesEnv } from '../shared/stage-env';

/** Environment of await-settled. */
export const awaitSettledEnv = z.object({
  ...consumerQueuesEnv,
  /** Ordering's table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  /** How late SQS may be with its counts of messages. */
  QUEUE_COUNT_SECONDS: z.pipe(z.string().check(z.regex(/^[1-9]\d{0,2}$/)), z.transform(Number)),
});
/** What await-settled is deployed with: every value is text. */
export type AwaitSettledEnv = z.input<typeof awaitSettledEnv>;

/** What await-settled is called with. */
export const settledRequest = z.object({
  region: z.string().check(z.minLength(1)),
  /** What the last look has answered. @default this is the first look */
  progress: z.optional(
    z.object({
      rounds: z.int().check(z.minimum(0)),
      seen: z.readonly(z.array(z.string())),
      since: z.string().check(z.refine((time) => !Number.isNaN(Date.parse(time)))),
    }),
  ),
});
/** Whom it is asked about. */
export type SettledRequest = z.infer<typeof settledRequest>;

/** What await-settled answers. */
export interface SettledAnswer {
  readonly answer: 'settled' | 'not-yet';
  /** For people: what is waited for. */
  readonly why: string;
  /** For the next look. */
  readonly progress: { readonly rounds: number; readonly seen: readonly string[]; readonly since: string };
}
