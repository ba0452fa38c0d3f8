import type { Order } from '../../../lambdas/ordering/order';
import { IncompleteSweepError } from '../../../lambdas/ordering/order.errors';
import { type FailedExecution, recoveryRequest } from '../../../lambdas/ordering/recover-failed-saga.contract';
import { recoverFailedSaga } from '../../../lambdas/ordering/recover-failed-saga.use-case';
import {
  maximumSweepPages,
  sweepBudgetSeconds,
  sweepFailedSagas,
  sweepWindowSeconds,
} from '../../../lambdas/ordering/sweep-failed-sagas.use-case';
import { recordingLog } from '../shared/messages';
import {
  InMemoryFailedExecutions,
  InMemoryOrderCases,
  InMemoryOrderSagas,
  orderId,
  placedOrder,
  storeOf,
} from './fixtures';

const now = new Date('2026-11-23T10:00:00.000Z');
const clock = { now: () => now };
const otherId = '7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b12';
const thirdId = '7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b13';

const failed = (name: string, status: FailedExecution['status'] = 'FAILED'): FailedExecution => ({
  executionArn: `arn:${name}`,
  stateMachineArn: 'arn:saga',
  name,
  status,
});

const setUp = async (placed: readonly Order[]) => {
  const orders = storeOf<Order>('order', clock);
  for (const state of placed) {
    const cause = { correlationId: state.orderId, causationId: 'test' };
    await orders.commit({ id: state.orderId, basedOn: undefined, state, events: [], cause });
  }
  const sagas = new InMemoryOrderSagas();
  const executions = new InMemoryFailedExecutions();
  const log = recordingLog();
  const recover = recoverFailedSaga({ orders, sagas, clock, cases: new InMemoryOrderCases(), redriveFunction: 'r' });
  const sweep = sweepFailedSagas({ executions, recover, clock, log });
  return { sagas, executions, log, sweep, recover, started: () => sagas.started.map(({ name }) => name).sort() };
};

const secondsAgo = (seconds: number) => new Date(now.getTime() - seconds * 1000);

describe('a sweep for failed executions', () => {
  it('compensates the order whose failure no event has told of', async () => {
    const { executions, sweep, started } = await setUp([placedOrder()]);
    executions.add(failed(orderId, 'ABORTED'), secondsAgo(600));

    expect(await sweep()).toEqual({ seen: 1, recovered: 1 });
    expect(started()).toEqual([`${orderId}.c1`]);
  });

  it('starts nothing a second time: not after the event, not after another sweep', async () => {
    const { executions, sweep, recover, started } = await setUp([placedOrder()]);
    executions.add(failed(orderId), secondsAgo(600));
    await recover(failed(orderId));

    await sweep();
    await sweep();

    expect(started()).toEqual([`${orderId}.c1`]);
  });

  it('leaves alone what has come to its end, or is in the hands of a later execution or an operator', async () => {
    const { executions, sweep, started, log } = await setUp([
      placedOrder({ status: 'REJECTED', execution: `${orderId}.c1` }),
      placedOrder({ orderId: otherId, execution: `${otherId}.c2` }),
      placedOrder({ orderId: thirdId, execution: `${thirdId}.c1`, redrivenCase: 'one' }),
    ]);
    for (const id of [orderId, otherId, thirdId]) executions.add(failed(id), secondsAgo(600));

    expect(await sweep()).toEqual({ seen: 3, recovered: 0 });
    expect(started()).toEqual([]);
    expect(log.lines).toEqual([]);
  });

  it('recovers the others when one order fails, and fails at its end, so that it is tried again', async () => {
    const { executions, sweep, started, log } = await setUp([placedOrder(), placedOrder({ orderId: thirdId })]);
    for (const id of [orderId, otherId, thirdId]) executions.add(failed(id), secondsAgo(600));

    const swept = sweep();

    await expect(swept).rejects.toThrow('1 of 3 failed executions could not be recovered');
    await expect(swept).rejects.toMatchObject({ cause: { name: 'UnknownOrderError', orderId: otherId } });
    expect(started()).toEqual([`${orderId}.c1`, `${thirdId}.c1`]);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', details: expect.objectContaining({ execution: otherId }) }),
    );
  });

  it('looks two days back, and no further', async () => {
    const { executions, sweep, started } = await setUp([placedOrder(), placedOrder({ orderId: otherId })]);
    executions.add(failed(orderId), secondsAgo(sweepWindowSeconds));
    executions.add(failed(otherId), secondsAgo(sweepWindowSeconds + 1));

    await sweep();

    expect(started()).toEqual([`${orderId}.c1`]);
  });

  it('passes over an execution that was started by hand and names no order', async () => {
    const { executions, sweep } = await setUp([]);
    executions.add(failed('by-hand'), secondsAgo(600));

    expect(await sweep()).toEqual({ seen: 0, recovered: 0 });
  });

  it('reads so many pages and no more, and says that there were more', async () => {
    const { executions, sweep } = await setUp([]);
    for (let page = 0; page <= maximumSweepPages; page += 1) executions.add(failed('by-hand'), secondsAgo(600));

    await expect(sweep()).rejects.toMatchObject({ sweep: { seen: 0, failed: 0, cutShort: true } });
    expect(executions.pagesRead).toBe(maximumSweepPages + 1);
  });

  it('begins no order after its time, and says that there were more', async () => {
    const secondsAReading = 5;
    let readings = 0;
    const clock = { now: () => new Date(now.getTime() + readings++ * secondsAReading * 1000) };
    const executions = new InMemoryFailedExecutions();
    for (let page = 0; page < maximumSweepPages; page += 1) executions.add(failed(orderId), now);
    const recover = async () => ({ kind: 'nothing' as const, why: 'the order is CONFIRMED' });

    const swept = sweepFailedSagas({ executions, recover, clock, log: recordingLog() })();

    await expect(swept).rejects.toThrow(IncompleteSweepError);
    await expect(swept).rejects.toMatchObject({
      sweep: { seen: sweepBudgetSeconds / secondsAReading, cutShort: true },
    });
  });
});

describe('the request to sweep', () => {
  it.each([
    [{ 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} }, 'Scheduled Event'],
    [
      { 'detail-type': 'Step Functions Execution Status Change', detail: failed(orderId) },
      'Step Functions Execution Status Change',
    ],
  ])('is told from a status change: %j', (event, expected) => {
    expect(recoveryRequest.parse(event)['detail-type']).toBe(expected);
  });
});
