import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { contextTablesEnv, stageRegionsEnv } from '../shared/stage-env';

/** Environment of await-quiet. */
export const awaitQuietEnv = z.object({
  ...awsRegionEnv,
  ...contextTablesEnv,
  ...stageRegionsEnv,
  /** How long a region may go on writing after its last renewal. */
  LEASE_SECONDS: z.pipe(z.string().check(z.regex(/^[1-9]\d{0,5}$/)), z.transform(Number)),
});
/** What await-quiet is deployed with: every value is text. */
export type AwaitQuietEnv = z.input<typeof awaitQuietEnv>;

/** What await-quiet is called with. */
export const quietRequest = z.object({
  region: z.string().check(z.minLength(1)),
  /** RFC 3339: the region's keeper must have answered since. @default that it writes no more is enough */
  heardSince: z.optional(z.string().check(z.refine((time) => !Number.isNaN(Date.parse(time))))),
});
/** Whom it is asked about. */
export type QuietRequest = z.infer<typeof quietRequest>;

/** What await-quiet answers. */
export interface QuietAnswer {
  readonly answer: 'quiet' | 'not-yet';
  /** For people: what is waited for, by context. */
  readonly why: string;
  /** Outbox rows that were committed before were published by the region, or parked. RFC 3339. */
  readonly since: string;
}
