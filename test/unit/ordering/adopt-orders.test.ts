import { adoptOrders } from '../../../lambdas/ordering/adopt-orders.use-case';
import type { Order } from '../../../lambdas/ordering/order';
import { decideAdoption } from '../../../lambdas/ordering/order-adoption';
import { caseIdOf } from '../../../lambdas/ordering/order-case';
import type { Timeline } from '../../../lambdas/ordering/order-timeline';
import { recoverFailedSaga } from '../../../lambdas/ordering/recover-failed-saga.use-case';
import { sweepBudgetSeconds } from '../../../lambdas/ordering/sweep-failed-sagas.use-case';
import { InMemoryContents } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { recordingLog } from '../shared/messages';
import { leaseOf } from '../shared/region-records';
import { twoRegions } from '../shared/two-regions';
import {
  InMemoryOrderCases,
  InMemoryOrderSagas,
  InMemoryUnfinishedOrders,
  orderId,
  placedOrder,
  storeOf,
} from './fixtures';

const otherId = '8c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b12';
const now = new Date('2026-11-23T08:00:00.000Z');
const other = placedOrder({ orderId: otherId, execution: otherId });

/** The successor of a region, over the orders that were placed in that region. */
const setUp = async (placed: readonly Order[], clock = { now: () => now }) => {
  const { here, there, evacuate } = twoRegions();
  const [orders, timelines] = [new InMemoryContents<Order>(), new InMemoryContents<Timeline>()];
  const home = storeOf('order', clock, here, orders);
  for (const state of placed) {
    const cause = { correlationId: state.orderId, causationId: 'test' };
    await home.commit({ id: state.orderId, basedOn: undefined, state, events: [], cause });
  }
  const sagas = new InMemoryOrderSagas();
  const successors = storeOf('order', clock, there, orders);
  const recover = recoverFailedSaga({
    ...{ orders: successors, sagas, cases: new InMemoryOrderCases(), clock, redriveFunction: 'redrive:live' },
  });
  const adopt = adoptOrders({
    ...{ region: there.region, gate: there.gate, sagas, executions: sagas, clock, log: recordingLog() },
    recover: (ended) => recover({ ...ended, stateMachineArn: 'arn:aws:states:machine' }),
    orders: successors,
    timelines: storeOf('timeline', clock, there, timelines),
    unfinished: new InMemoryUnfinishedOrders(placed),
  });
  const homeOf = (id: string) => orders.entities.get(id)?.homeRegion;
  return { adopt: (cursor?: string) => adopt({ region: here.region, cursor }), sagas, evacuate, homeOf, orders, there };
};

describe('adopting the orders of an evacuated region', () => {
  it('makes them this region’s, and starts their sagas under the names they had', async () => {
    const { adopt, sagas, evacuate, homeOf } = await setUp([
      placedOrder(),
      { ...other, status: 'CANCELLING', execution: `${otherId}.c2`, reason: 'a fault' },
    ]);
    evacuate();

    expect(await adopt()).toEqual({ looked: 2, adopted: 2, started: 2 });

    expect([orderId, otherId].map(homeOf)).toEqual(['us-east-1', 'us-east-1']);
    expect(sagas.started).toMatchObject([
      { name: orderId, input: { entry: 'forward', begunElsewhere: true } },
      { name: `${otherId}.c2`, input: { entry: 'compensate', reason: 'a fault' } },
    ]);
  });

  it('is nothing new the second time', async () => {
    const { adopt, sagas, evacuate } = await setUp([placedOrder()]);
    evacuate();
    await adopt();

    expect(await adopt()).toEqual({ looked: 1, adopted: 0, started: 0 });
    expect(sagas.started).toHaveLength(1);
  });

  it('starts the saga of an order that was adopted by a call that ended there', async () => {
    const { adopt, sagas, evacuate } = await setUp([placedOrder(), other]);
    evacuate();
    sagas.failOnce = true;
    await expect(adopt()).rejects.toThrow('1 of 2 orders could not be adopted');

    expect(await adopt()).toEqual({ looked: 2, adopted: 0, started: 1 });
    expect(sagas.started.map(({ name }) => name).sort()).toEqual([orderId, otherId]);
    // Also the one that was this region's own by then.
    for (const { input } of sagas.started) expect(input).toMatchObject({ begunElsewhere: true });
  });

  it.each(['succeeded', 'failed'] as const)(
    'undoes one that its execution has left behind, which had ended here (%s) with another version of the order',
    async (end) => {
      const { adopt, sagas, evacuate } = await setUp([placedOrder()]);
      evacuate();
      await adopt();
      sagas.ended.set(orderId, end);

      expect(await adopt()).toEqual({ looked: 1, adopted: 0, started: 1 });

      expect(sagas.started.slice(1)).toMatchObject([{ name: `${orderId}.c1`, input: { entry: 'compensate' } }]);
      expect(await adopt()).toEqual({ looked: 1, adopted: 0, started: 0 });
    },
  );

  it('leaves those of a third region to it', async () => {
    const { adopt, sagas, evacuate, orders, homeOf } = await setUp([placedOrder()]);
    evacuate();
    const known = orders.entities.get(orderId);
    if (known) orders.entities.set(orderId, { ...known, homeRegion: 'eu-west-1' });

    expect(await adopt()).toEqual({ looked: 1, adopted: 0, started: 0 });
    expect([homeOf(orderId), sagas.started]).toEqual(['eu-west-1', []]);
  });

  it('stops before its time is over, and goes on from there', async () => {
    let at = now.getTime();
    const slow = { now: () => new Date((at += (sweepBudgetSeconds / 2) * 1_000)) };
    const { adopt, sagas, evacuate } = await setUp([placedOrder(), other], slow);
    evacuate();

    let answer = await adopt();
    expect(sagas.started).toHaveLength(1);
    for (let calls = 0; answer.cursor !== undefined && calls < 5; calls += 1) answer = await adopt(answer.cursor);

    expect(sagas.started).toHaveLength(2);
  });

  it('is refused while the region is not evacuated to this one', async () => {
    const { adopt, sagas, homeOf } = await setUp([placedOrder()]);

    await expect(adopt()).rejects.toMatchObject({ name: 'RegionNotEvacuatedError' });

    expect([homeOf(orderId), sagas.started]).toEqual(['sa-east-1', []]);
  });

  it('comes again while this region has no lease itself: that passes', async () => {
    const { adopt, sagas, evacuate, there } = await setUp([placedOrder()]);
    evacuate();
    there.gate.records.set(there.region, { lease: leaseOf(there.region, '2026-11-23T07:59:59.000Z') });

    await expect(adopt()).rejects.toMatchObject({ name: 'RegionFencedError', region: 'us-east-1' });

    expect(sagas.started).toEqual([]);
  });
});

describe('the execution of an adopted order', () => {
  const started = { execution: `${orderId}.c1` };

  it.each([
    ['goes forward', {}, 'forward'],
    ['compensates when its client cancelled it', { status: 'CANCELLING' as const }, 'compensate'],
    ['compensates when it was recovered', started, 'compensate'],
    [
      'resumes at the pivot when that was redriven',
      { ...started, redrivenCase: caseIdOf(orderId, 'confirm') },
      'confirm',
    ],
    [
      'compensates when a compensation was redriven',
      { ...started, redrivenCase: caseIdOf(orderId, 'refund') },
      'compensate',
    ],
  ])('%s', (_, changes, entry) => {
    expect(decideAdoption(placedOrder(changes))).toMatchObject({
      name: placedOrder(changes).execution,
      input: { entry },
    });
  });

  it.each(['CONFIRMED', 'REJECTED', 'CANCELLED', 'PARKED'] as const)('is none when the order is %s', (status) => {
    expect(decideAdoption(placedOrder({ status, ...started }))).toBeUndefined();
  });
});
