import type { StepOutcome } from './saga-step.contract';

/** Answers a saga that waits for a command it sent (a Step Functions task token). A saga that no longer waits is no error. */
export interface SagaReplies {
  succeed(taskToken: string, outcome: StepOutcome): Promise<void>;
  /** `error` is a short name the saga can match on; `cause` is for people. */
  fail(taskToken: string, error: string, cause: string): Promise<void>;
}
