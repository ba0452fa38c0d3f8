import type { OrderSagaData } from '../../../lambdas/ordering/order-saga.contract';
import type { OrderSagas } from '../../../lambdas/ordering/order-sagas.port';
import type { SagaStart } from '../../../lambdas/ordering/saga-execution';
import type { ExecutionStatus, SagaExecutions } from '../../../lambdas/ordering/saga-executions.port';
import type { SagaStepRequest, StepOutcome } from '../../../lambdas/shared/saga-step.contract';
import type { Compute } from './compute';
import type { VirtualTime } from './virtual-time';

/** A function of the saga; its data are the saga's, and sometimes more. */
export type SagaFunction<More = unknown> = (request: SagaStepRequest<OrderSagaData & More>) => Promise<StepOutcome>;

interface GivenUp {
  readonly failedStep: string;
  readonly error: string;
  readonly cause: string;
  readonly stateMachineArn: string;
}

/** The functions of the order saga. */
export interface SagaFunctions {
  readonly steps: readonly {
    readonly name: string;
    readonly call: SagaFunction;
    readonly undo?: { readonly name: string; readonly call: SagaFunction };
  }[];
  readonly park: SagaFunction<GivenUp>;
  readonly close: SagaFunction<{ readonly parked: string[]; readonly reason: string }>;
}

/** The execution was stopped from outside. */
export class ExecutionAbortedError extends Error {
  override readonly name = 'ExecutionAbortedError';
}

const tries = 4;
const pivot = 'confirm';
const stateMachineArn = 'arn:aws:states:order-saga';

/**
 * The order saga of a region, by the rules of `lib/constructs/saga-definition.ts`: a failure is ambiguous and undoes the step itself, a refusal
 * undoes the steps before; the pivot is confirmed or parked; a compensation that is given up is parked, and the chain goes on.
 */
export class OrderSagaRuns implements OrderSagas, SagaExecutions {
  private readonly names = new Map<string, 'running' | 'aborted' | 'over'>();

  constructor(
    private readonly time: VirtualTime,
    private readonly compute: Compute,
    private readonly functions: SagaFunctions,
    private readonly failed: (execution: string) => Promise<void>,
  ) {}

  async start(saga: SagaStart): Promise<'started' | 'already-started'> {
    if (this.names.has(saga.name)) return 'already-started';
    this.names.set(saga.name, 'running');
    this.time.start(async () => {
      try {
        await this.run(saga);
      } catch {
        await this.failed(saga.name);
      } finally {
        this.names.set(saga.name, 'over');
      }
    });
    return 'started';
  }

  async statusOf(name: string): Promise<ExecutionStatus | undefined> {
    const state = this.names.get(name);
    return state === 'over' ? 'succeeded' : state && 'running';
  }

  /** Whether an execution of this name has ended here. */
  isOver(name: string): boolean {
    return this.names.get(name) === 'over';
  }

  /** Ends an execution where it is; what it has called goes on to its end. */
  abort(name: string): void {
    if (this.names.get(name) === 'running') this.names.set(name, 'aborted');
  }

  /** Names of the executions that have not ended. */
  running(): string[] {
    return [...this.names].flatMap(([name, state]) => (state === 'running' ? [name] : []));
  }

  private async run({ name: execution, input }: SagaStart): Promise<void> {
    const { steps, park, close } = this.functions;
    const { sagaId, data, entry } = input;
    let reason = input.reason ?? 'compensation was started from outside';
    const call = <More>(step: string, fn: SagaFunction<More>, more: More) =>
      this.call(execution, (attempt) => fn({ sagaId, step, execution, attempt, data: { ...data, ...more } }));
    const parkStep = (failedStep: string, failure: unknown) => {
      const error = failure instanceof Error ? failure.name : 'unknown';
      return call('park', park, { failedStep, error, cause: '', stateMachineArn });
    };

    let undone = steps.findIndex(({ name }) => name === pivot);
    if (entry !== 'compensate') {
      let position = entry === 'forward' ? 0 : undone;
      for (; position < steps.length; position += 1) {
        const step = steps[position];
        if (!step) break;
        try {
          const answer = await call(step.name, step.call, {});
          if (answer.outcome === 'done') continue;
          reason = `${step.name} refused: ${answer.reason}`;
          undone = position;
        } catch (error) {
          if (step.name === pivot) {
            await parkStep(step.name, error);
            return;
          }
          reason = `${step.name} failed`;
          undone = position + 1;
        }
        break;
      }
      if (position >= steps.length) return;
    }
    const parked: string[] = [];
    for (const { undo } of steps.slice(0, undone).reverse()) {
      if (!undo) continue;
      try {
        await call(undo.name, undo.call, {});
      } catch (error) {
        await parkStep(undo.name, error);
        parked.push(undo.name);
      }
    }
    await call('close', close, { parked, reason });
  }

  private async call(execution: string, work: (attempt: number) => Promise<StepOutcome>): Promise<StepOutcome> {
    for (let attempt = 0; ; attempt += 1) {
      if (this.names.get(execution) === 'aborted') throw new ExecutionAbortedError(execution);
      try {
        return await this.compute.invoke(() => work(attempt));
      } catch (error) {
        if (attempt + 1 >= tries) throw error;
        await this.compute.sleep(this.time.between(500, 2_000) * 2 ** attempt);
      }
    }
  }
}
