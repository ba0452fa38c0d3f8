import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type HistoryEvent,
  paginateGetExecutionHistory,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { DeployedSystem } from '../harness/deployed-system';

/** What an execution's own history says went wrong in it. */
export interface ExecutionFailures {
  /** Tries of a state that failed. */
  readonly failed: number;
  /** Tries of a state that took too long. */
  readonly timedOut: number;
}

const failureTypes = new Set(['TaskFailed', 'LambdaFunctionFailed', 'TaskSubmitFailed']);
const timeoutTypes = new Set(['TaskTimedOut', 'LambdaFunctionTimedOut']);

/** Executions of the order saga, as Step Functions tells of them. */
export class SagaExecutions {
  readonly #system: DeployedSystem;
  readonly #arnPrefix: string;

  private constructor(system: DeployedSystem, stateMachineArn: string) {
    this.#system = system;
    this.#arnPrefix = stateMachineArn.replace(':stateMachine:', ':execution:');
  }

  static async of(system: DeployedSystem): Promise<SagaExecutions> {
    return new SagaExecutions(system, await system.stateMachineArn());
  }

  /** Status of the named execution, or `undefined` when it was never started. */
  async status(name: string): Promise<string | undefined> {
    try {
      const described = await this.#system.stepFunctions.send(
        new DescribeExecutionCommand({ executionArn: this.#arn(name) }),
      );
      return described.status;
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }

  /** Stops the execution once it has entered the state; false when it ended first, or did not come so far in time. */
  async stopIn(name: string, state: string, timeoutMilliseconds = 30_000): Promise<boolean> {
    for (let waited = 0; waited < timeoutMilliseconds; waited += 200) {
      const status = await this.status(name);
      if (status !== undefined && status !== 'RUNNING') return false;
      if (status === 'RUNNING' && (await this.#hasEntered(name, state))) {
        await this.#system.stepFunctions.send(
          new StopExecutionCommand({ executionArn: this.#arn(name), error: 'Drill', cause: 'stopped by a drill' }),
        );
        return true;
      }
      await sleep(200);
    }
    return false;
  }

  async failures(name: string): Promise<ExecutionFailures> {
    const events = await this.#history(name);
    const count = (types: ReadonlySet<string>): number => events.filter(({ type = '' }) => types.has(type)).length;
    // A timeout may be told as a failed task whose error is States.Timeout.
    const timeouts = events.filter(
      ({ type = '', taskFailedEventDetails: details }) => failureTypes.has(type) && details?.error === 'States.Timeout',
    ).length;
    return { failed: count(failureTypes) - timeouts, timedOut: count(timeoutTypes) + timeouts };
  }

  async #hasEntered(name: string, state: string): Promise<boolean> {
    return (await this.#history(name)).some(({ stateEnteredEventDetails: entered }) => entered?.name === state);
  }

  async #history(name: string): Promise<HistoryEvent[]> {
    const all: HistoryEvent[] = [];
    const pages = paginateGetExecutionHistory(
      { client: this.#system.stepFunctions },
      { executionArn: this.#arn(name), includeExecutionData: false },
    );
    for await (const { events = [] } of pages) all.push(...events);
    return all;
  }

  #arn(name: string): string {
    return `${this.#arnPrefix}:${name}`;
  }
}
