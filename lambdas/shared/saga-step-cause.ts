import type { Cause } from './cause';
import type { SagaStepRequest } from './saga-step.contract';

/** The cause of what a saga's step changes: the execution and the step that asked for it. */
export const causeOfStep = ({ sagaId, execution, step }: SagaStepRequest<unknown>): Cause => ({
  correlationId: sagaId,
  causationId: `${execution}/${step}`,
});
