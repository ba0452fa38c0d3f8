import * as z from 'zod/mini';
import { fieldIssues } from './issue-text';
import type { Log } from './log.port';
import { logger } from './logger';
import type { RegionGate } from './region-gate.port';
import { type SagaStepRequest, type StepOutcome, sagaStepRequest } from './saga-step.contract';

/** The saga called a step with something else than its contract says. Retrying does not help; compensating does. */
export class SagaRequestError extends Error {
  override readonly name = 'SagaRequestError';
}

/** How a step behaves beside what it does. */
export interface SagaStepOptions {
  /** @default the process's logger */
  readonly log?: Log;
  /** Where it is closed, the step throws before it does anything. @default none: always open */
  readonly gate?: Pick<RegionGate, 'assertActive'>;
}

/**
 * Turns a function into the Lambda handler of a saga's step or compensation: parses the request, logs the outcome.
 * A business "no" is returned; what is thrown is retried by the saga.
 * @throws SagaRequestError the request does not fit; names the fields, never their values
 * @throws RegionFencedError this region may not write now
 * @throws ForeignHomeError another region has what the step is about
 */
export const sagaStep = <Data extends z.core.$ZodType>(
  data: Data,
  handle: (request: SagaStepRequest<z.output<Data>>) => Promise<StepOutcome>,
  { log = logger(), gate }: SagaStepOptions = {},
) => {
  const schema = sagaStepRequest(data);
  return async (event: unknown): Promise<StepOutcome> => {
    const parsed = z.safeParse(schema, event);
    if (!parsed.success) {
      const faults = fieldIssues(parsed.error).map(({ field, expected }) => `${field}: expected ${expected}`);
      throw new SagaRequestError(`the step's request does not fit its contract: ${faults.join('; ')}`);
    }
    // zod/mini widens an object with a generic member; the schema above is the type's own.
    const request = parsed.data as SagaStepRequest<z.output<Data>>;
    const { sagaId, step, execution, attempt } = request;
    const line = { correlationId: sagaId, step, execution, attempt };
    try {
      await gate?.assertActive();
      const outcome = await handle(request);
      log.info('step answered', { ...line, ...outcome });
      return outcome;
    } catch (error) {
      log.warn('step failed', { ...line, error });
      throw error;
    }
  };
};
