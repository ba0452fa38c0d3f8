import fc, { type Scheduler } from 'fast-check';
import { releaseStock } from '../../../lambdas/inventory/release-stock.use-case';
import { mergedLines, type ReservedLine } from '../../../lambdas/inventory/reservation';
import type { ReservationLedger } from '../../../lambdas/inventory/reservation-ledger.port';
import type { ReserveStockData } from '../../../lambdas/inventory/reserve-stock.contract';
import { reserveStock } from '../../../lambdas/inventory/reserve-stock.use-case';
import type { Clock } from '../../../lambdas/shared/clock.port';
import type { SagaStepRequest } from '../../../lambdas/shared/saga-step.contract';
import { InMemoryReservationLedger } from './in-memory-reservation-ledger';

const clock: Clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };
const orderId = '7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b11';

const step = (name: string, id: string, lines: readonly ReservedLine[]): SagaStepRequest<ReserveStockData> => ({
  sagaId: id,
  step: name,
  execution: id,
  attempt: 0,
  data: { orderId: id, lines: lines.map((line) => ({ ...line, unitPriceMinor: 100 })) },
});

const world = (
  stock: Readonly<Record<string, number>>,
  around: (ledger: ReservationLedger) => ReservationLedger = (ledger) => ledger,
) => {
  const ledger = new InMemoryReservationLedger(stock, clock);
  const deps = { ledger: around(ledger), clock };
  const reserve = (lines: readonly ReservedLine[], id = orderId) => reserveStock(deps)(step('reserve', id, lines));
  const release = (id = orderId) => releaseStock(deps)(step('release', id, []));
  const events = () =>
    ledger.outbox.flatMap((row) => row.events.map(({ type }) => type.replace(/^inventory\.|\.v1$/g, '')));
  return { ledger, reserve, release, events };
};

/** Lets the scheduler order the calls of all steps. */
const scheduled =
  (scheduler: Scheduler) =>
  (ledger: ReservationLedger): ReservationLedger => {
    const turn = (label: string) => scheduler.schedule(Promise.resolve(), label);
    return {
      find: (id) => turn('find').then(() => ledger.find(id)),
      claim: (id, stored, cause) => ledger.claim(id, stored, cause),
      commit: (change) => turn('commit').then(() => ledger.commit(change)),
      commitMoving: (change, move) => turn('commit with stock').then(() => ledger.commitMoving(change, move)),
    };
  };

const tea = { sku: 'TEA-01', quantity: 2 };
const mug = { sku: 'MUG-01', quantity: 1 };

describe('reserving stock', () => {
  it('holds all of an order, once', async () => {
    const { ledger, reserve, events } = world({ 'TEA-01': 5, 'MUG-01': 1 });

    expect([await reserve([tea, mug]), await reserve([tea, mug])]).toEqual([{ outcome: 'done' }, { outcome: 'done' }]);

    expect(ledger.stock).toEqual(
      new Map([
        ['TEA-01', { available: 3, reserved: 2 }],
        ['MUG-01', { available: 0, reserved: 1 }],
      ]),
    );
    expect(events()).toEqual(['StockReserved']);
  });

  it.each([
    ['out-of-stock', { 'TEA-01': 5, 'MUG-01': 0 }],
    ['unknown-sku', { 'TEA-01': 5 }],
  ])('holds nothing when one article is %s, and stays with its no', async (reason, stock) => {
    const { ledger, reserve, events } = world(stock);

    const first = await reserve([tea, mug]);
    ledger.stock.set('MUG-01', { available: 10, reserved: 0 });

    expect([first, await reserve([tea, mug])]).toEqual(Array(2).fill({ outcome: 'refused', reason }));
    expect(ledger.stock.get('TEA-01')).toEqual({ available: 5, reserved: 0 });
    expect(events()).toEqual(['StockRefused']);
  });

  it('takes an article that is on two lines once, with the sum', () => {
    expect(mergedLines([tea, mug, { sku: 'TEA-01', quantity: 3 }])).toEqual([{ sku: 'TEA-01', quantity: 5 }, mug]);
  });
});

describe('releasing stock', () => {
  it('gives back what is held, once', async () => {
    const { ledger, reserve, release, events } = world({ 'TEA-01': 5 });
    await reserve([tea]);

    expect(await release()).toEqual({ outcome: 'done', detail: { released: true } });
    expect(await release()).toEqual({ outcome: 'done', detail: { released: false } });

    expect(ledger.stock.get('TEA-01')).toEqual({ available: 5, reserved: 0 });
    expect(events()).toEqual(['StockReserved', 'StockReleased']);
  });

  it('wins when it comes before its reservation: the late one holds nothing', async () => {
    const { ledger, reserve, release } = world({ 'TEA-01': 5 });

    expect(await release()).toEqual({ outcome: 'done', detail: { released: false } });
    expect(await reserve([tea])).toEqual({ outcome: 'refused', reason: 'compensated-first' });
    expect(ledger.stock.get('TEA-01')).toEqual({ available: 5, reserved: 0 });
  });

  it('leaves a refused order alone', async () => {
    const { release, reserve, events } = world({ 'TEA-01': 0 });
    await reserve([tea]);

    expect(await release()).toEqual({ outcome: 'done', detail: { released: false } });
    expect(events()).toEqual(['StockRefused']);
  });
});

describe('stock is conserved', () => {
  const skus = ['TEA-01', 'MUG-01'] as const;
  const orders = [1, 2, 3, 4].map((number) => `${number}0000000-0000-5000-8000-000000000000`);
  const lines = fc.uniqueArray(fc.record({ sku: fc.constantFrom(...skus), quantity: fc.integer({ min: 1, max: 4 }) }), {
    selector: ({ sku }) => sku,
    minLength: 1,
  });
  const action = fc.record({ kind: fc.constantFrom('reserve', 'release'), order: fc.integer({ min: 0, max: 3 }) });

  it('under any interleaving of reservations and releases, duplicates included', async () => {
    const run = fc.asyncProperty(
      fc.scheduler(),
      fc.tuple(lines, lines, lines, lines),
      fc.array(action, { maxLength: 16 }),
      async (scheduler, wanted, actions) => {
        const initial = { 'TEA-01': 6, 'MUG-01': 3 };
        const { ledger, reserve, release } = world(initial, scheduled(scheduler));
        const perform = ({ kind, order }: { kind: string; order: number }): Promise<unknown> => {
          const id = orders[order] ?? '';
          // A step that keeps finding a changed entity is tried again by its saga.
          return (kind === 'reserve' ? reserve(wanted[order] ?? [], id) : release(id)).catch(() =>
            perform({ kind, order }),
          );
        };
        await scheduler.waitFor(Promise.all(actions.map(perform)));

        const held = new Map<string, number>();
        for (const id of orders) {
          const state = (await ledger.find(id))?.state;
          if (state?.status !== 'HELD') continue;
          for (const { sku, quantity } of state.lines) held.set(sku, (held.get(sku) ?? 0) + quantity);
        }
        for (const sku of skus) {
          const { available = 0, reserved = 0 } = ledger.stock.get(sku) ?? {};
          expect(available).toBeGreaterThanOrEqual(0);
          expect(reserved).toBe(held.get(sku) ?? 0);
          expect(available + reserved).toBe(initial[sku]);
        }
        // Whoever was released ends released (or was refused before), whatever came when.
        for (const { order } of actions.filter(({ kind }) => kind === 'release')) {
          const stored = await ledger.find(orders[order] ?? '');
          expect(['RELEASED', 'REFUSED']).toContain(stored?.state.status);
        }
      },
    );
    await fc.assert(run, { numRuns: 400 });
  });
});
