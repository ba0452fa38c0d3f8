import fc from 'fast-check';
import { isFinal, type Order, type OrderStatus, orderTransitions } from '../../../lambdas/ordering/order';
import type { Timeline } from '../../../lambdas/ordering/order-timeline';
import { startUnstartedSagas } from '../../../lambdas/ordering/start-unstarted-sagas.use-case';
import { sweepBudgetSeconds } from '../../../lambdas/ordering/sweep-failed-sagas.use-case';
import { unfinishedListing } from '../../../lambdas/ordering/unfinished-listing';
import { unfinishedLists } from '../../../lambdas/ordering/unfinished-orders.contract';
import { recordingLog } from '../shared/messages';
import { InMemoryOrderSagas, InMemoryUnfinishedOrders, orderId, placedOrder, storeOf } from './fixtures';

const now = new Date('2026-11-23T10:00:00.000Z');
const otherId = '8c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b12';
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
const late = (changes: Partial<Order> = {}) => placedOrder({ placedAt: minutesAgo(16), ...changes });

const setUp = async (placed: readonly Order[], clock = { now: () => now }) => {
  const orders = storeOf<Order>('order', clock);
  const timelines = storeOf<Timeline>('timeline', clock);
  for (const state of placed) {
    const cause = { correlationId: state.orderId, causationId: 'test' };
    await orders.commit({ id: state.orderId, basedOn: undefined, state, events: [], cause });
  }
  const [sagas, log, unfinished] = [new InMemoryOrderSagas(), recordingLog(), new InMemoryUnfinishedOrders(placed)];
  const sweep = startUnstartedSagas({ unfinished, orders, timelines, sagas, clock, log });
  return { orders, sagas, log, sweep };
};

describe('a sweep for orders without a saga', () => {
  it('starts the saga of an order whose event nobody has heard, and says so', async () => {
    const { sagas, log, sweep } = await setUp([late()]);

    expect(await sweep()).toEqual({ late: 1, started: 1 });
    expect(sagas.started).toMatchObject([{ name: orderId, input: { entry: 'forward', sagaId: orderId } }]);
    expect(log.lines).toMatchObject([
      { level: 'warn', message: 'order found without a saga', details: { correlationId: orderId } },
    ]);
  });

  it('only compensates one that was cancelled meanwhile', async () => {
    const { sagas, sweep } = await setUp([late({ status: 'CANCELLING', cancelRequestedAt: minutesAgo(1) })]);

    await sweep();

    expect(sagas.started).toMatchObject([{ name: orderId, input: { entry: 'compensate' } }]);
  });

  it('leaves alone an order whose saga runs, and starts nothing a second time', async () => {
    const { sweep, sagas, log } = await setUp([late()]);
    await sweep();

    expect(await sweep()).toEqual({ late: 1, started: 0 });
    expect(sagas.started).toHaveLength(1);
    expect(log.lines).toHaveLength(1);
  });

  it.each([
    ['that is young', { placedAt: minutesAgo(14) }],
    ['that a successor has taken over', { execution: `${orderId}.c1` }],
    ['that has ended since it was listed', { status: 'CONFIRMED' as const }],
    ['that waits for an operator', { status: 'PARKED' as const }],
  ])('starts nothing for an order %s', async (_, changes) => {
    const { sagas, sweep } = await setUp([late(changes)]);

    await sweep();

    expect(sagas.started).toEqual([]);
  });

  it('starts the others when one of them fails, and then fails itself', async () => {
    const { sagas, sweep } = await setUp([late(), late({ orderId: otherId, execution: otherId })]);
    sagas.failOnce = true;

    await expect(sweep()).rejects.toThrow('1 of 2 unfinished orders could not be looked after');
    expect(sagas.started).toHaveLength(1);
    await sweep();
    expect(sagas.started).toHaveLength(2);
  });

  it('begins no more orders when its time is over, and says so', async () => {
    let at = now.getTime();
    const slow = {
      now: () => {
        at += sweepBudgetSeconds * 1000;
        return new Date(at);
      },
    };
    const { sweep } = await setUp([late(), late({ orderId: otherId, execution: otherId })], slow);

    await expect(sweep()).rejects.toThrow('and there were more than one sweep has time for');
  });
});

describe('the list of unfinished orders', () => {
  const statuses = Object.keys(orderTransitions) as OrderStatus[];

  it('has an order exactly as long as an execution has to bring it to an end, by the time of its placing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...statuses), fc.uuid(), (status, id) => {
        const { caseStatus, openedAt } = unfinishedListing(placedOrder({ status, orderId: id }));
        const isListed = !isFinal(status) && status !== 'PARKED';

        expect(openedAt).toBe(isListed ? placedOrder().placedAt : undefined);
        expect(caseStatus !== undefined && unfinishedLists.includes(caseStatus)).toBe(isListed);
      }),
    );
  });

  it('is none of the lists of cases that operators read', () => {
    expect(unfinishedLists).not.toContain('OPEN');
  });
});
