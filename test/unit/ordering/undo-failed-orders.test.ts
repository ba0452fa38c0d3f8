import type { Order } from '../../../lambdas/ordering/order';
import type { ExecutionStatus } from '../../../lambdas/ordering/saga-executions.port';
import { sweepBudgetSeconds } from '../../../lambdas/ordering/sweep-failed-sagas.use-case';
import { undoFailedOrders } from '../../../lambdas/ordering/undo-failed-orders.use-case';
import { firstPage, type WorkedOnOrders } from '../../../lambdas/ordering/worked-on-orders.port';
import { InMemoryContents } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { recordingLog } from '../shared/messages';
import { twoRegions } from '../shared/two-regions';
import { InMemoryOrderSagas, orderId, placedOrder, storeOf } from './fixtures';

const otherId = '8c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b12';
const since = '2026-11-22T08:00:00.000Z';
const now = new Date('2026-11-23T08:00:00.000Z');
const rejected = placedOrder({ status: 'REJECTED', reason: 'reserve refused: sold out' });

/** Orders with the regions that have stated something about them, one order a page. */
const statedBy = (stated: Readonly<Record<string, readonly string[]>>): WorkedOnOrders => ({
  page: async (region, _since, cursor) => {
    const ids = Object.keys(stated).filter((id) => stated[id]?.includes(region));
    const at = cursor === firstPage ? 0 : Number(cursor);
    return { orderIds: ids.slice(at, at + 1), next: at + 1 < ids.length ? String(at + 1) : undefined };
  },
  originsOf: async (id) => stated[id] ?? [],
});

interface SetUp {
  readonly homes?: Readonly<Record<string, string>>;
  readonly stated?: Readonly<Record<string, readonly string[]>>;
  readonly clock?: { now(): Date };
  /** What happens while executions run. */
  readonly meanwhile?: (sagas: InMemoryOrderSagas, set: (state: Order) => void) => void;
}

/** The successor of sa-east-1, which has stated something about each of the orders. */
const setUp = async (
  states: readonly Order[],
  { homes = {}, stated, clock = { now: () => now }, meanwhile = () => undefined }: SetUp = {},
) => {
  const { here: lost, there, evacuate } = twoRegions();
  const contents = new InMemoryContents<Order>();
  const set = (state: Order): void => {
    const homeRegion = homes[state.orderId] ?? there.region;
    contents.entities.set(state.orderId, { state, version: 1, sequence: 2, homeRegion });
  };
  for (const state of states) set(state);
  const sagas = new InMemoryOrderSagas();
  let pauses = 0;
  const undo = undoFailedOrders({
    ...{ region: there.region, gate: there.gate, clock, sagas, executions: sagas, log: recordingLog() },
    orders: storeOf('order', clock, there, contents),
    workedOn: statedBy(stated ?? Object.fromEntries(states.map((state) => [state.orderId, [lost.region]]))),
    pause: async () => {
      if ((pauses += 1) > 1_000) throw new Error('waits for ever');
      meanwhile(sagas, set);
    },
  });
  const ask = (more: { wait?: boolean; cursor?: string } = {}) => undo({ region: lost.region, since, ...more });
  return { ask, sagas, evacuate, pauses: () => pauses };
};

const endAs = (status: ExecutionStatus) => (sagas: InMemoryOrderSagas) => {
  for (const { name } of sagas.started) if (!sagas.ended.has(name)) sagas.ended.set(name, status);
};

describe('failed orders that an evacuated region had made, too', () => {
  it.each(['REJECTED', 'CANCELLED'] as const)(
    'a %s order is compensated as a whole, by an execution of its own',
    async (status) => {
      const { ask, sagas, evacuate } = await setUp([{ ...rejected, status }]);
      evacuate();

      expect(await ask()).toEqual({ looked: 1, undone: 1 });

      expect(sagas.started).toMatchObject([
        {
          name: `${orderId}.u1`,
          input: { entry: 'compensate', sagaId: orderId, reason: 'sa-east-1 had made the order, too' },
        },
      ]);
    },
  );

  it('are not undone a second time', async () => {
    const { ask, sagas, evacuate } = await setUp([rejected]);
    evacuate();
    await ask();
    endAs('succeeded')(sagas);

    expect(await ask()).toEqual({ looked: 1, undone: 0 });
    expect(sagas.started).toHaveLength(1);
  });

  it('are undone by another execution when one has failed, and by no more than three', async () => {
    const { ask, sagas, evacuate } = await setUp([rejected], { meanwhile: endAs('failed') });
    evacuate();

    await expect(ask({ wait: true })).rejects.toMatchObject({
      name: 'IncompleteUndoingError',
      cause: { name: 'UndoingFailedError' },
    });

    expect(sagas.started.map(({ name }) => name)).toEqual(['u1', 'u2', 'u3'].map((number) => `${orderId}.${number}`));
  });

  it('of which the evacuated region’s version was kept are undone when another region has worked on them', async () => {
    const own = { ...rejected, orderId: otherId, execution: otherId };
    const { ask, sagas, evacuate } = await setUp([rejected, own], {
      homes: { [orderId]: 'sa-east-1', [otherId]: 'sa-east-1' },
      stated: { [orderId]: ['sa-east-1', 'us-east-1'], [otherId]: ['sa-east-1'] },
    });
    evacuate();

    expect(await ask()).toEqual({ looked: 2, undone: 1 });
    expect(sagas.started).toMatchObject([{ name: `${orderId}.u1` }]);
  });

  it('are the only ones that are touched', async () => {
    const confirmed = placedOrder({ orderId: otherId, execution: otherId, status: 'CONFIRMED' });
    const { ask, sagas, evacuate } = await setUp([placedOrder(), confirmed]);
    evacuate();

    expect(await ask()).toEqual({ looked: 2, undone: 0 });
    expect(sagas.started).toEqual([]);
  });

  it('have to have been undone before a return goes on', async () => {
    const { ask, sagas, evacuate, pauses } = await setUp([rejected], { meanwhile: endAs('succeeded') });
    evacuate();

    expect(await ask({ wait: true })).toEqual({ looked: 1, undone: 1 });
    expect([pauses(), [...sagas.ended.values()]]).toEqual([1, ['succeeded']]);
  });

  it('are also those that fail while a return waits for them', async () => {
    const { ask, sagas, evacuate } = await setUp([placedOrder()], {
      meanwhile: (started, set) => {
        set(rejected);
        endAs('succeeded')(started);
      },
    });
    evacuate();

    expect(await ask({ wait: true })).toEqual({ looked: 1, undone: 1 });
    expect(sagas.started).toMatchObject([{ name: `${orderId}.u1` }]);
  });

  it('are not waited for as long as the region that is to return has them and has to end them', async () => {
    const { ask, evacuate, pauses } = await setUp([placedOrder()], { homes: { [orderId]: 'sa-east-1' } });
    evacuate();

    expect(await ask({ wait: true })).toEqual({ looked: 1, undone: 0 });
    expect(pauses()).toBe(0);
  });

  it('of a third region are undone as far as they are not its own, and not waited for', async () => {
    const { ask, sagas, evacuate, pauses } = await setUp([rejected], { homes: { [orderId]: 'eu-west-1' } });
    evacuate();

    expect(await ask({ wait: true })).toEqual({ looked: 1, undone: 1 });
    expect([pauses(), sagas.started.length]).toEqual([0, 1]);
  });

  it('are gone on with where time was over, also on the first page', async () => {
    let at = now.getTime();
    const slow = { now: () => new Date((at += (sweepBudgetSeconds / 4) * 1_000)) };
    const other = { ...rejected, orderId: otherId, execution: otherId };
    const { ask, sagas, evacuate } = await setUp([rejected, other], { clock: slow });
    evacuate();

    let answer = await ask({ wait: true });
    expect(answer).toEqual({ looked: 0, undone: 1, cursor: firstPage });
    for (let calls = 0; answer.cursor !== undefined && calls < 5; calls += 1) {
      endAs('succeeded')(sagas);
      answer = await ask({ wait: true, cursor: answer.cursor });
    }

    expect(answer.cursor).toBeUndefined();
    expect(sagas.started.map(({ name }) => name)).toEqual([`${orderId}.u1`, `${otherId}.u1`]);
  });

  it('are left alone while the region is not evacuated to this one', async () => {
    const { ask, sagas } = await setUp([rejected]);

    await expect(ask()).rejects.toMatchObject({ name: 'RegionNotEvacuatedError' });
    expect(sagas.started).toEqual([]);
  });
});
