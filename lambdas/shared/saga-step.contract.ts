import * as z from 'zod/mini';

/** What the saga hands to every step and compensation; `Data` is the saga's own payload. */
export interface SagaStepRequest<Data> {
  /** The business key of the saga, for the order saga the order's id. Steps are idempotent on it. */
  readonly sagaId: string;
  /** Name of the step or compensation, for example `reserve` or `release`. */
  readonly step: string;
  /** Step Functions execution name: `<sagaId>`, or `<sagaId>.c<n>` for a compensation started from outside. */
  readonly execution: string;
  /** 0 for the first try of this state, then 1, 2 … */
  readonly attempt: number;
  readonly data: Data;
}

/**
 * What a step answers. A business "no" is data; only technical failures are thrown, because the saga retries what is thrown.
 */
export type StepOutcome =
  | { readonly outcome: 'done'; readonly detail?: { readonly [key: string]: string | number | boolean } }
  | { readonly outcome: 'refused'; readonly reason: string };

/** Builds the parser of a step's request around the parser of the saga's payload. */
export const sagaStepRequest = <Data extends z.core.$ZodType>(data: Data) =>
  z.object({
    sagaId: z.string().check(z.minLength(1), z.maxLength(80)),
    step: z.string().check(z.minLength(1)),
    execution: z.string().check(z.minLength(1)),
    attempt: z.int(),
    data,
  });
