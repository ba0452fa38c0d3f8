import { type ChargeOrder, chargeLoad, countReordered, sentOnce } from '../../../drills/exactly-once/charge-load';
import { type ChargeEvidence, chargeFigures, countCharges } from '../../../drills/exactly-once/count-charges';
import { countPoints, pointsFigures } from '../../../drills/exactly-once/count-points';
import { pointsLoad } from '../../../drills/exactly-once/points-load';
import { type Figure, holds } from '../../../drills/harness/figure';
import type { LedgerRow } from '../../../drills/harness/ledger-row';
import { seededRandom } from '../../../drills/harness/random';

const broken = (figures: readonly Figure[]) => figures.filter((figure) => !holds(figure)).map(({ name }) => name);

const options = { orders: 2000, duplicates: 0.3, declined: 0.05 };

describe('charge load', () => {
  const load = chargeLoad(seededRandom('1'), options);

  it('sends every command once and 30 % of them twice', () => {
    const all = [...load.early, ...load.late];
    expect(all.filter(({ copy }) => copy === 0)).toHaveLength(2000);
    expect(all.filter(({ copy }) => copy === 1)).toHaveLength(600);
    expect(new Set(all.map(({ order, copy }) => `${order.orderId}/${copy}`)).size).toBe(2600);
  });

  it('keeps a third of the copies for later', () => {
    expect(load.late).toHaveLength(200);
    expect(load.late.every(({ copy }) => copy === 1)).toBe(true);
  });

  it('knows the commands that no copy makes up for', () => {
    const copied = [...load.early, ...load.late].filter(({ copy }) => copy > 0).map(({ order }) => order);
    expect(sentOnce(load)).toHaveLength(1400);
    expect(sentOnce(load).filter((order) => copied.includes(order))).toEqual([]);
  });

  it('reorders', () => expect(countReordered(load)).toBeGreaterThan(500));

  it('is the same for the same seed', () => expect(chargeLoad(seededRandom('1'), options)).toEqual(load));
});

const orders: readonly ChargeOrder[] = [
  { orderId: 'a', amountMinor: 100, currency: 'EUR', paymentMethod: 'pm_card', expected: 'charged' },
  { orderId: 'b', amountMinor: 250, currency: 'EUR', paymentMethod: 'pm_card', expected: 'charged' },
  { orderId: 'c', amountMinor: 400, currency: 'EUR', paymentMethod: 'pm_declined', expected: 'declined' },
];

const row = (reference: string, amountMinor: number, kind: LedgerRow['kind'] = 'charge'): LedgerRow => ({
  kind,
  key: `key-${reference}`,
  reference,
  amountMinor,
  at: '2026-11-23T08:00:00.000Z',
});

const sound: ChargeEvidence = {
  ledger: [row('a', 100), row('b', 250)],
  payments: [
    { orderId: 'a', status: 'CHARGED' },
    { orderId: 'b', status: 'CHARGED' },
    { orderId: 'c', status: 'DECLINED' },
  ],
  events: [
    { orderId: 'a', type: 'payments.PaymentCharged.v1' },
    { orderId: 'b', type: 'payments.PaymentCharged.v1' },
    { orderId: 'c', type: 'payments.PaymentDeclined.v1' },
  ],
  heardOf: ['a', 'b', 'c'],
  markers: ['a/charge', 'b/charge', 'c/charge'],
  openCases: [],
};

describe('count of charges', () => {
  it('finds nothing wrong in sound stores', () => expect(broken(countCharges(orders, sound))).toEqual([]));

  const {
    lost,
    doubled,
    wrongAmount,
    unasked,
    declinedCharged,
    refunded,
    sum,
    unrecorded,
    events,
    unheard,
    unmarked,
    parked,
  } = chargeFigures;
  it.each<[string, Partial<ChargeEvidence>, string[]]>([
    ['a lost charge', { ledger: [row('a', 100)] }, [lost, sum]],
    ['a doubled charge', { ledger: [...sound.ledger, row('b', 250)] }, [doubled, sum]],
    ['a wrong amount', { ledger: [row('a', 100), row('b', 251)] }, [wrongAmount, sum]],
    ['two wrong amounts whose sum is right', { ledger: [row('a', 101), row('b', 249)] }, [wrongAmount]],
    ['a charge nobody asked for', { ledger: [...sound.ledger, row('x', 5)] }, [unasked, sum]],
    ['a charge of a refused card', { ledger: [...sound.ledger, row('c', 400)] }, [declinedCharged, sum]],
    ['a charge that was given back', { ledger: [...sound.ledger, row('a', 100, 'refund')] }, [refunded]],
    ['a payment that was not recorded', { payments: sound.payments.slice(1) }, [unrecorded]],
    [
      'an outcome that was recorded wrongly',
      { payments: sound.payments.map((p) => ({ ...p, status: 'CHARGED' })) },
      [unrecorded],
    ],
    ['a lost event', { events: sound.events.slice(1) }, [events]],
    ['a doubled event', { events: [...sound.events, ...sound.events.slice(0, 1)] }, [events]],
    ['the wrong event', { events: sound.events.map((e) => ({ ...e, type: 'payments.PaymentCharged.v1' })) }, [events]],
    ['an event that ordering never heard', { heardOf: ['a', 'b'] }, [unheard]],
    ['an event that ordering counted twice', { heardOf: [...sound.heardOf, 'a'] }, [unheard]],
    ['a missing marker', { markers: sound.markers.slice(1) }, [unmarked]],
    ['a message that is still parked', { openCases: ['order/a'] }, [parked]],
  ])('catches %s', (_, change, expected) =>
    expect(broken(countCharges(orders, { ...sound, ...change }))).toEqual(expected),
  );
});

describe('count of points', () => {
  const placed = [
    { orderId: '1', customerId: 'ada', totalMinor: 1050 },
    { orderId: '2', customerId: 'ada', totalMinor: 299 },
    { orderId: '3', customerId: 'bob', totalMinor: 500 },
  ];
  const count = (ada: number, bob: number) =>
    broken(
      countPoints(placed, {
        accounts: [
          { customerId: 'ada', points: ada },
          { customerId: 'bob', points: bob },
        ],
        openCases: [],
      }),
    );

  it('finds nothing wrong in sound accounts', () => expect(count(12, 5)).toEqual([]));

  it('catches points credited twice', () =>
    expect(count(22, 5)).toEqual([pointsFigures.extra, pointsFigures.wrongAccounts, pointsFigures.sum]));

  it('catches lost points', () =>
    expect(count(2, 5)).toEqual([pointsFigures.lost, pointsFigures.wrongAccounts, pointsFigures.sum]));

  it('catches points on the wrong account although the sum is right', () =>
    expect(count(11, 6)).toEqual([pointsFigures.lost, pointsFigures.extra, pointsFigures.wrongAccounts]));

  it('catches an account that should not exist', () =>
    expect(broken(countPoints([], { accounts: [{ customerId: 'eve', points: 1 }], openCases: [] }))).toContain(
      pointsFigures.extra,
    ));

  it('makes a load with copies whose customers buy more than once', () => {
    const load = pointsLoad(seededRandom('2'), { orders: 400, customers: 20, duplicates: 0.3 });
    expect(load.deliveries.length + load.late.length).toBe(520);
    expect(new Set(load.orders.map(({ customerId }) => customerId)).size).toBe(20);
  });
});
