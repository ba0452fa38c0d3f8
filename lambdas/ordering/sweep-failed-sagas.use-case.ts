import type { Clock } from '../shared/clock.port';
import type { Log } from '../shared/log.port';
import { workThrough } from '../shared/work-through';
import type { FailedExecutions } from './failed-executions.port';
import { IncompleteSweepError } from './order.errors';
import type { FailedExecution } from './recover-failed-saga.contract';
import type { Recovery } from './recover-failed-saga.use-case';
import { parseExecutionName } from './saga-execution';

/** What the sweep needs. */
export interface SweepFailedSagasDeps {
  readonly executions: FailedExecutions;
  /** Recovers one order; however often it is asked, with one effect. */
  readonly recover: (execution: FailedExecution) => Promise<Recovery>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a sweep came across. */
export interface Sweep {
  /** Failed executions looked at. */
  readonly seen: number;
  /** Of these, the ones whose order was carried on or handed to an operator; the others had been before. */
  readonly recovered: number;
}

/** How far back a sweep looks: many sweeps long, so that none of them matters. */
export const sweepWindowSeconds = 2 * 24 * 60 * 60;

/** Pages that one sweep reads at most: what it may ask of an API that the whole account shares. */
export const maximumSweepPages = 50;

/** From when on a sweep begins no further order; the function's timeout leaves the last ones time to end. */
export const sweepBudgetSeconds = 90;

/**
 * Recovers the orders whose failed execution nobody told us of: EventBridge delivers status changes of Step Functions as best it can,
 * and a lost one would leave its order PENDING for ever. Orders that fail do not stop the others.
 * @throws IncompleteSweepError orders could not be recovered, or there were more than one sweep may look at
 */
export const sweepFailedSagas =
  ({ executions, recover, clock, log }: SweepFailedSagasDeps) =>
  async (): Promise<Sweep> => {
    const begun = clock.now();
    let recovered = 0;

    const ours = async function* () {
      for await (const page of executions.endedSince(new Date(begun.getTime() - sweepWindowSeconds * 1000))) {
        // One that somebody started by hand has no order: its event has told so, and telling it again helps nobody.
        yield page.filter(({ name }) => parseExecutionName(name) !== undefined);
      }
    };

    const recoverOne = async (execution: FailedExecution): Promise<void> => {
      const { name, status } = execution;
      const recovery = await recover(execution);
      if (recovery.kind === 'nothing') return;
      recovered += 1;
      log.warn('failed execution found by the sweep', { execution: name, status, recovery });
    };

    const { seen, failures, extent } = await workThrough(ours(), recoverOne, {
      ...{ clock, begun, budgetSeconds: sweepBudgetSeconds, maximumPages: maximumSweepPages },
      onFailure: ({ name, status }, error) =>
        log.error('failed execution not recovered', { execution: name, status, error }),
    });
    if (failures.length > 0 || extent === 'cut-short')
      throw new IncompleteSweepError({ seen, failed: failures.length, cutShort: extent === 'cut-short' }, failures[0]);
    return { seen, recovered };
  };
