import { type Figure, holds } from '../../../drills/harness/figure';
import type { LedgerRow } from '../../../drills/harness/ledger-row';
import { conservationFigures, countConservation, type OrderEvidence } from '../../../drills/saga/count-conservation';
import { orderPaths } from '../../../drills/saga/order-paths';
import { parseFault } from '../../../lib/build/fault-injection/fault';

describe('paths through the saga', () => {
  const paths = orderPaths();

  it('are at least sixty, each with a name of its own', () => {
    expect(paths.length).toBeGreaterThanOrEqual(60);
    expect(new Set(paths.map(({ name }) => name)).size).toBe(paths.length);
  });

  it('hit every step and every compensation once, twice and always, before, after and too slowly', () => {
    const rows = new Map<string, Set<string>>();
    for (const { row, column } of paths) rows.set(row, (rows.get(row) ?? new Set()).add(column));
    const columns = ['fails before', 'fails after', 'too slow'].flatMap((mode) =>
      ['once', 'twice', 'always'].map((times) => `${mode}, ${times}`),
    );
    for (const row of ['reserve', 'ship', 'confirm', 'recall', 'refund', 'release', 'charge (provider)'])
      expect([...(rows.get(row) ?? [])]).toEqual(expect.arrayContaining(columns));
  });

  it('ask the fault wrapper for nothing that it does not know', () => {
    for (const text of paths.flatMap(({ metadata }) => Object.values(metadata))) expect(parseFault(text)).toBeDefined();
  });
});

const money = (reference: string, amountMinor: number, kind: LedgerRow['kind'] = 'charge'): LedgerRow => ({
  kind,
  key: `${kind}-${reference}`,
  reference,
  amountMinor,
  at: '2026-11-23T08:00:00.000Z',
});
const parcel = (reference: string, kind: LedgerRow['kind'] = 'parcel'): LedgerRow => money(reference, 0, kind);
const order = (orderId: string, status: string, totalMinor: number, quantity: number) => ({
  orderId,
  status,
  totalMinor,
  lines: [{ sku: 'MUG', quantity }],
});

const sound: OrderEvidence = {
  accepted: ['done', 'undone', 'parked'],
  orders: [order('done', 'CONFIRMED', 500, 2), order('undone', 'REJECTED', 300, 1), order('parked', 'PARKED', 700, 3)],
  money: [money('done', 500), money('undone', 300), money('undone', 300, 'refund'), money('parked', 700)],
  parcels: [parcel('done'), parcel('undone'), parcel('undone', 'recall'), parcel('done', 'dispatch')],
  stock: [{ sku: 'MUG', available: 95, reserved: 5 }],
  holding: ['done', 'parked'],
  initialStock: new Map([['MUG', 100]]),
  ordersWithOpenCase: ['parked'],
};

describe('count of money, stock and parcels', () => {
  const broken = (change: Partial<OrderEvidence>) =>
    countConservation({ ...sound, ...change })
      .filter((figure: Figure) => !holds(figure))
      .map(({ name }) => name);
  const f = conservationFigures;

  it('finds nothing wrong in sound stores, with a parked order that is explained', () =>
    expect(broken({})).toEqual([]));

  it.each<[string, Partial<OrderEvidence>, string[]]>([
    ['an accepted order that is nowhere', { accepted: [...sound.accepted, 'gone'] }, [f.lostOrders]],
    [
      'an order that never ends',
      { orders: sound.orders.map((o) => (o.orderId === 'undone' ? { ...o, status: 'PENDING' } : o)) },
      [f.unfinished],
    ],
    ['a parked order without a case', { ordersWithOpenCase: [] }, [f.unexplained]],
    ['a customer charged twice', { money: [...sound.money, money('done', 500)] }, [f.charged, f.unpaid, f.money]],
    ['a refund that never came', { money: sound.money.filter(({ kind }) => kind !== 'refund') }, [f.kept, f.money]],
    ['a refund paid twice', { money: [...sound.money, money('undone', 300, 'refund')] }, [f.kept, f.money]],
    [
      'a confirmed order that nobody paid',
      { money: sound.money.filter(({ reference }) => reference !== 'done') },
      [f.unpaid, f.money],
    ],
    ['a charge for an order that does not exist', { money: [...sound.money, money('ghost', 1)] }, [f.kept, f.money]],
    ['stock that vanished', { stock: [{ sku: 'MUG', available: 94, reserved: 5 }] }, [f.stock]],
    ['stock that appeared', { stock: [{ sku: 'MUG', available: 96, reserved: 5 }] }, [f.stock]],
    ['stock held for a failed order', { stock: [{ sku: 'MUG', available: 94, reserved: 6 }] }, [f.held]],
    ['stock given back for a sold order', { stock: [{ sku: 'MUG', available: 99, reserved: 1 }] }, [f.held]],
    ['a reservation held for a failed order', { holding: ['done', 'parked', 'undone'] }, [f.heldByFailed]],
    ['a confirmed order whose stock is not held', { holding: ['parked'] }, [f.notHeld]],
    ['stock below zero', { stock: [{ sku: 'MUG', available: -1, reserved: 101 }] }, [f.held, f.oversold]],
    ['two parcels for one order', { parcels: [...sound.parcels, parcel('done')] }, [f.doubleParcels]],
    [
      'a parcel under way for a failed order',
      { parcels: sound.parcels.filter(({ kind }) => kind !== 'recall') },
      [f.strayParcels],
    ],
    ['a confirmed order without a parcel', { parcels: sound.parcels.slice(1) }, [f.unshipped]],
    ['a confirmed order that is never dispatched', { parcels: sound.parcels.slice(0, 3) }, [f.undispatched]],
    ['a parcel dispatched twice', { parcels: [...sound.parcels, parcel('done', 'dispatch')] }, [f.undispatched]],
    [
      'a parcel dispatched for a failed order',
      { parcels: [...sound.parcels, parcel('undone', 'dispatch')] },
      [f.strayDispatches],
    ],
  ])('catches %s', (_, change, expected) => expect(broken(change)).toEqual(expected));
});
