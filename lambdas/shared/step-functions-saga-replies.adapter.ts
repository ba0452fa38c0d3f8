import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { Log } from './log.port';
import { logger } from './logger';
import type { SagaReplies } from './saga-replies.port';
import type { StepOutcome } from './saga-step.contract';

/** Limits of the SendTaskFailure API, in characters. */
const [MAX_ERROR, MAX_CAUSE] = [256, 32_768];

/** Answers sagas by Step Functions task tokens. */
export class StepFunctionsSagaReplies implements SagaReplies {
  constructor(
    private readonly client: SFNClient,
    private readonly log: Log = logger(),
  ) {}

  async succeed(taskToken: string, outcome: StepOutcome): Promise<void> {
    const output = JSON.stringify(outcome);
    await this.unlessGone(() => this.client.send(new SendTaskSuccessCommand({ taskToken, output })));
  }

  async fail(taskToken: string, error: string, cause: string): Promise<void> {
    const command = { taskToken, error: error.slice(0, MAX_ERROR), cause: cause.slice(0, MAX_CAUSE) };
    await this.unlessGone(() => this.client.send(new SendTaskFailureCommand(command)));
  }

  private async unlessGone(send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (error) {
      // Redelivered after the answer, or the saga went on without it: it compensates, and steps are idempotent.
      const gone = error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken;
      if (!gone) throw error;
      this.log.warn('the saga no longer waits for this answer', { error });
    }
  }
}
