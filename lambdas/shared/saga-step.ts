import * as z from 'zod/mini';
import { fieldIssues } from './issue-text';
import type { Log } from './log.port';
import { logger } from './logger';
import { type SagaStepRequest, type StepOutcome, sagaStepRequest } from './saga-step.contract';

/** The saga called a step with something else than its contract says. Retrying does not help; compensating does. */
export class SagaRequestError extends Error {
  override readonly name = 'SagaRequestError';
}

/**
 * Turns a function into the Lambda handler of a saga's step or compensation: parses the request, logs the outcome.
 * A business "no" is returned; what is thrown is retried by the saga.
 * @throws SagaRequestError the request does not fit; names the fields, never their values
 */
export const sagaStep = <Data extends z.core.$ZodType>(
  data: Data,
  handle: (request: SagaStepRequest<z.output<Data>>) => Promise<StepOutcome>,
  log: Log = logger(),
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
      const outcome = await handle(request);
      log.info('step answered', { ...line, ...outcome });
      return outcome;
    } catch (error) {
      log.warn('step failed', { ...line, error });
      throw error;
    }
  };
};
