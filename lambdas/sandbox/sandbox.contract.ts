import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of every service of the sandbox. */
export const sandboxEnv = {
  ...awsRegionEnv,
  /** The sandbox's own table. */
  SANDBOX_TABLE: z.string().check(z.minLength(3)),
  /** Secrets Manager secret `{url, apiKey}` that the service's clients use, too. */
  API_KEY_SECRET_ARN: z.string().check(z.minLength(3)),
};

/** An order's id, or whatever else a client calls its order. */
export const reference = z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/));

const key = z.string().check(z.regex(/^[A-Za-z0-9_-]{16,128}$/));

/** Headers of every request that has an effect, by their lower-case names. */
export const effectHeaders = z.object({ 'idempotency-key': key });

/** Path of an instruction about something that was asked for under `key`. */
export const keyedPath = z.object({ key });

/** Body of an instruction about something that was asked for before. */
export const instructionBody = z.strictObject({ reference });

/** Answer to a request that had an effect. */
export const effectAnswer = z.record(z.string(), z.union([z.string(), z.number()]));

const modes = ['decline', 'error', 'slow', 'timeout-after', 'down'] as const;

/** Body of `PUT /faults`. */
export const faultBody = z.strictObject({
  operation: z.enum(['charge', 'void', 'parcel', 'recall', 'dispatch', '*']),
  reference: z.optional(reference),
  mode: z.enum(modes),
  times: z.optional(z.int().check(z.minimum(0), z.maximum(1_000_000))),
  delayMilliseconds: z._default(z.int().check(z.minimum(1), z.maximum(10_000)), 5_000),
});

/** Answer of `GET /faults` and `PUT /faults`. */
export const faultsAnswer = z.object({
  faults: z.array(
    z.object({
      operation: z.string(),
      reference: z.optional(z.string()),
      mode: z.string(),
      times: z.optional(z.int()),
      delayMilliseconds: z.int(),
    }),
  ),
});

/** Query of `GET /ledger`. */
export const ledgerQuery = z.object({
  reference: z.optional(reference),
  /** The `next` of the page before. */
  from: z.optional(z.string().check(z.minLength(1), z.maxLength(512))),
  limit: z._default(
    z.pipe(
      z.string().check(z.regex(/^\d{1,4}$/)),
      z.pipe(z.transform(Number), z.int().check(z.minimum(1), z.maximum(1000))),
    ),
    1000,
  ),
});

/** Answer of `GET /ledger`. */
export const ledgerAnswer = z.object({
  entries: z.array(
    z.object({
      kind: z.string(),
      key: z.string(),
      reference: z.string(),
      amountMinor: z.int(),
      at: z.string(),
    }),
  ),
  next: z.optional(z.string()),
});
