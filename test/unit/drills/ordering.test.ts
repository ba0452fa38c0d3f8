import { type Figure, holds } from '../../../drills/harness/figure';
import { seededRandom } from '../../../drills/harness/random';
import {
  type ActivityDelivery,
  type ActivityLoadOptions,
  activityLoad,
  applicable,
  countEarly,
  type Visit,
} from '../../../drills/ordering/activity-load';
import {
  type ActivityEvidence,
  activityFigures,
  countActivity,
  type SeenPosition,
} from '../../../drills/ordering/count-activity';
import { countStock, type StockEvidence, stockFigures } from '../../../drills/ordering/count-stock';
import { countedIn, stockEvidenceFrom, timelineFrom } from '../../../drills/ordering/read-evidence';
import { activityRecord, stockRecord, visitEntity, visitEventId } from '../../../drills/ordering/records';
import { stockLoad } from '../../../drills/ordering/stock-load';
import { stretchesOf } from '../../../drills/ordering/stretches';
import { readEnvelope } from '../../../lambdas/shared/envelope-reader';

const broken = (figures: readonly Figure[]) => figures.filter((figure) => !holds(figure)).map(({ name }) => name);

const options: ActivityLoadOptions = {
  ...{ visits: 40, events: 80, duplicates: 0.2, swaps: 0.05 },
  ...{ late: 3, held: 2, poison: 2 },
};
const writer = { region: 'sa-east-1', time: '2026-11-26T08:00:00.000Z' };

describe('the load of the log of what customers do', () => {
  const load = activityLoad(seededRandom('1'), options);
  const originals = ({ copy, form }: ActivityDelivery): boolean => copy === 0 && form === 'event';
  const ofKind = (kind: Visit['plan']['kind']) => load.visits.filter(({ plan }) => plan.kind === kind);

  it('has each event of each visit once, and a fifth of them twice', () => {
    const all = [...load.deliveries, ...load.late, ...load.held];
    const keys = all.filter(originals).map(({ visit, sequence }) => `${visit.visitId} ${sequence}`);
    const ofTheFuture = all.filter(({ form }) => form === 'future');
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length + ofTheFuture.length).toBe(40 * 80);
    const copies = load.deliveries.filter(({ copy }) => copy === 1).length;
    expect(copies).toBeGreaterThan(0.15 * 40 * 80);
    expect(copies).toBeLessThan(0.25 * 40 * 80);
  });

  it('keeps back an event of each visit that is late or held, and sends none of them before', () => {
    expect([load.late, load.held].map(({ length }) => length)).toEqual([3, 2]);
    for (const { visit, sequence } of [...load.late, ...load.held])
      expect(load.deliveries.some((one) => one.visit === visit && one.sequence === sequence)).toBe(false);
  });

  it('has records that cannot be handled, behind what they contradict', () => {
    expect(ofKind('poison').map(({ plan }) => plan.kind === 'poison' && plan.form)).toEqual([
      'unreadable',
      'unreadable',
      'contradiction',
      'contradiction',
      'future',
      'future',
    ]);
    for (const [at, { visit, sequence, form }] of load.deliveries.entries()) {
      if (form === 'event' || form === 'future') continue;
      const before = load.deliveries.slice(0, at).filter((one) => one.visit === visit && originals(one));
      expect(Math.max(...before.map((one) => one.sequence))).toBe(sequence + 1);
    }
  });

  it('swaps events of plain visits only', () => {
    expect(countEarly(load.deliveries)).toBeGreaterThan(50);
    const others = load.deliveries.filter(({ visit }) => visit.plan.kind !== 'plain');
    expect(countEarly(others)).toBe(0);
  });

  it('is the same for the same seed', () => expect(activityLoad(seededRandom('1'), options)).toEqual(load));

  it('is cut into stretches that make up the whole', () => {
    const { calm, rough, lossy, quiet, busy } = stretchesOf(load, options.events);
    expect([...calm, ...rough, ...lossy, ...quiet, ...busy]).toEqual(load.deliveries);
    expect(calm.every(({ form }) => form === 'event')).toBe(true);
  });

  it('knows how many events can be applied', () => {
    const [visit] = ofKind('plain');
    if (visit === undefined) throw new TypeError('there is no plain visit');
    const sent = (...numbers: readonly number[]): ActivityDelivery[] =>
      numbers.map((sequence) => ({ visit, sequence, form: 'event', copy: 0, place: sequence }));
    expect(applicable([visit], sent(2, 1, 1, 3))).toBe(3);
    expect(applicable([visit], sent(1, 3, 4))).toBe(1);
    expect(
      applicable([visit], [...sent(1, 2), { ...sent(3)[0], form: 'future' } as ActivityDelivery, ...sent(4)]),
    ).toBe(2);
  });
});

describe('records', () => {
  const load = activityLoad(seededRandom('2'), options);
  const found = (form: ActivityDelivery['form']): ActivityDelivery => {
    const delivery = load.deliveries.find((one) => one.form === form);
    if (delivery === undefined) throw new TypeError(`there is no ${form}`);
    return delivery;
  };

  it('are the same for both copies of an event', () => {
    const copy = load.deliveries.find((one) => one.copy === 1);
    if (copy === undefined) throw new TypeError('there is no copy');
    expect(activityRecord(copy, writer)).toEqual(activityRecord({ ...copy, copy: 0 }, writer));
  });

  it('contradict with another id at the same place', () => {
    const contradiction = found('contradiction');
    const { subject, sequence, id } = readEnvelope(activityRecord(contradiction, writer).text);
    expect([subject, sequence]).toEqual([visitEntity(contradiction.visit), contradiction.sequence]);
    expect(id).not.toBe(visitEventId(contradiction.visit, contradiction.sequence));
  });

  it('of the future are two days ahead', () => {
    expect(readEnvelope(activityRecord(found('future'), writer).text).time).toBe('2026-11-28T08:00:00.000Z');
  });

  it('that cannot be read are no envelope', () => {
    expect(() => readEnvelope(activityRecord(found('unreadable'), writer).text)).toThrow(/not JSON/);
  });
});

const visit = (visitId: string, plan: Visit['plan']): Visit => ({
  visitId,
  customerId: `of-${visitId}`,
  events: 4,
  plan,
});
const visits = [
  visit('a', { kind: 'plain' }),
  visit('b', { kind: 'poison', form: 'future', sequence: 2 }),
  visit('c', { kind: 'held', sequence: 3 }),
] as const;
const [plain] = visits;

const at = (one: Visit, sequence: number): SeenPosition => ({
  entity: visitEntity(one),
  sequence,
  recentIds: Array.from({ length: sequence }, (_, index) => visitEventId(one, index + 1)),
});
const both = (positions: readonly SeenPosition[]) => ({
  'activity.timeline': positions,
  'activity.counters': positions,
});
const cases = ['activity.timeline', 'activity.counters'].flatMap((consumer) => [
  { consumer, subject: 'visit/b', reason: 'FutureTime' },
  { consumer, subject: 'visit/c', reason: 'Gap' },
]);
const timeline = [
  ...[1, 2, 3, 4].map((sequence) => ({ visitId: 'a', sequence })),
  ...[1, 3, 4].map((sequence) => ({ visitId: 'b', sequence })),
  ...[1, 2, 3, 4].map((sequence) => ({ visitId: 'c', sequence })),
];
const ends = visits.map((one) => at(one, 4));
const sound: ActivityEvidence = {
  positions: both(ends),
  onTheWay: both([at(plain, 2), at(plain, 3)]),
  whileParked: both([at(plain, 4)]),
  timeline,
  counted: 11,
  parked: cases,
  stillOpen: [],
  replayed: { positions: ends, timeline },
};

describe('count of activity', () => {
  it('finds nothing wrong in sound stores', () => expect(broken(countActivity(visits, sound))).toEqual([]));

  const { lost, extra, counted, behind, order, orderOnTheWay } = activityFigures;
  const { notParked, parkedForNothing, waited, stillOpen, replayedPositions, replayedTimeline } = activityFigures;
  const swap = ({ entity, sequence, recentIds: [first = '', second = '', ...rest] }: SeenPosition): SeenPosition => ({
    ...{ entity, sequence, recentIds: [second, first, ...rest] },
  });
  const changedEnds = (change: (one: SeenPosition) => SeenPosition) =>
    both(ends.map((one) => (one.entity === 'visit/a' ? change(one) : one)));
  it.each<[string, Partial<ActivityEvidence>, string[]]>([
    ['a lost event', { timeline: timeline.slice(1) }, [lost, replayedTimeline]],
    ['an event nobody sent', { timeline: [...timeline, { visitId: 'a', sequence: 5 }] }, [extra, replayedTimeline]],
    [
      'an event that was given up and applied',
      { timeline: [...timeline, { visitId: 'b', sequence: 2 }] },
      [extra, replayedTimeline],
    ],
    ['an entry that is there twice', { timeline: [...timeline, ...timeline.slice(0, 1)] }, [extra]],
    ['an event that was counted twice', { counted: 12 }, [counted]],
    ['an event that was not counted', { counted: 10 }, [counted]],
    ['a visit that stopped', { positions: changedEnds(() => at(plain, 3)) }, [behind, replayedPositions]],
    ['two events in the wrong order', { positions: changedEnds(swap) }, [order, replayedPositions]],
    [
      'an event that was applied again',
      { positions: changedEnds((one) => ({ ...one, recentIds: [...one.recentIds, visitEventId(plain, 4)] })) },
      [order, replayedPositions],
    ],
    ['a disorder that passed', { onTheWay: both([swap(at(plain, 2))]) }, [orderOnTheWay]],
    ['a poison that was passed over', { parked: cases.slice(1) }, [notParked]],
    [
      'a poison that was parked for another reason',
      { parked: cases.map((one) => ({ ...one, reason: 'Gap' })) },
      [notParked],
    ],
    [
      'a visit that was parked without need',
      { parked: [...cases, { consumer: 'activity.timeline', subject: 'visit/a', reason: 'Gap' }] },
      [parkedForNothing],
    ],
    ['a visit that waited', { whileParked: both([at(plain, 3)]) }, [waited]],
    ['a case that was not closed', { stillOpen: cases.slice(0, 1) }, [stillOpen]],
    ['a replay that stopped', { replayed: { ...sound.replayed, positions: ends.slice(1) } }, [replayedPositions]],
    [
      'a replay that lost an entry',
      { replayed: { ...sound.replayed, timeline: timeline.slice(1) } },
      [replayedTimeline],
    ],
    [
      'a replay that made one up',
      { replayed: { ...sound.replayed, timeline: [...timeline, { visitId: 'a', sequence: 9 }] } },
      [replayedTimeline],
    ],
  ])('catches %s', (_, change, expected) =>
    expect(broken(countActivity(visits, { ...sound, ...change }))).toEqual(expected),
  );

  it('looks at no more ids than a position remembers', () => {
    const long = { ...plain, events: 50 };
    const position = { ...at(long, 50), recentIds: at(long, 50).recentIds.slice(-32) };
    const evidence = { ...sound, onTheWay: both([position]) };
    expect(broken(countActivity([long], evidence))).not.toContain(orderOnTheWay);
    const short = { ...position, recentIds: position.recentIds.slice(1) };
    expect(broken(countActivity([long], { ...evidence, onTheWay: both([short]) }))).toContain(orderOnTheWay);
  });
});

describe('the load of the log of stock', () => {
  const load = stockLoad(seededRandom('3'), { orders: 200, duplicates: 0.2 });

  it('has each movement once before any copy of it, and what is given back behind what was set aside', () => {
    const firsts = load.deliveries.filter((one, place) => load.deliveries.indexOf(one) === place);
    expect(firsts).toEqual(load.movements);
    expect(load.deliveries.length).toBeGreaterThan(load.movements.length);
    for (const [place, { orderId, sequence }] of load.movements.entries())
      if (sequence === 2)
        expect(load.movements.slice(0, place).some((one) => one.orderId === orderId && one.sequence === 1)).toBe(true);
  });

  it('is made of events of inventory', () => {
    const [first] = load.movements;
    if (first === undefined) throw new TypeError('there is no movement');
    expect(readEnvelope(stockRecord(first, writer).text)).toMatchObject({
      type: 'inventory.StockReserved.v1',
      subject: `reservation/${first.orderId}`,
      sequence: 1,
    });
  });
});

describe('count of stock', () => {
  const load = {
    skus: ['X', 'Y'],
    movements: [
      { orderId: '1', sequence: 1, sku: 'X', quantity: 3 },
      { orderId: '2', sequence: 1, sku: 'Y', quantity: 2 },
      { orderId: '1', sequence: 2, sku: 'X', quantity: 3 },
    ] as const,
    deliveries: [],
  };
  const ledger = load.movements.map(({ orderId, sequence }) => ({ orderId, sequence }));
  const stores: StockEvidence = {
    ledger,
    balances: new Map([
      ['X', 0],
      ['Y', 2],
    ]),
  };

  it('finds nothing wrong in a sound ledger', () => expect(broken(countStock(load, stores))).toEqual([]));

  const { lost, doubled, order, balances } = stockFigures;
  it.each<[string, Partial<StockEvidence>, string[]]>([
    ['a lost movement', { ledger: ledger.slice(0, 2) }, [lost]],
    ['a movement that is there twice', { ledger: [...ledger, ...ledger.slice(2)] }, [doubled]],
    [
      'two movements in the wrong order',
      { ledger: [ledger[1], ledger[0], ledger[2]].flatMap((one) => one ?? []) },
      [order],
    ],
    [
      'a balance that was added to twice',
      {
        balances: new Map([
          ['X', 0],
          ['Y', 4],
        ]),
      },
      [balances],
    ],
    ['a missing balance', { balances: new Map([['X', 0]]) }, [balances]],
  ])('catches %s', (_, change, expected) =>
    expect(broken(countStock(load, { ...stores, ...change }))).toEqual(expected),
  );
});

describe('evidence', () => {
  const items = [
    { pk: 'v1/TIMELINE#of-a', sk: 'x', itemType: 'TIMELINE', entity: 'visit/a', sequence: 1 },
    { pk: 'v1/TIMELINE#of-z', sk: 'x', itemType: 'TIMELINE', entity: 'visit/z', sequence: 1 },
    { pk: 'drill-1/TIMELINE#of-a', sk: 'x', itemType: 'TIMELINE', entity: 'visit/a', sequence: 2 },
    { pk: 'v1/COUNTER#2026-11-26T08:00Z', sk: 'viewed#x', itemType: 'COUNTER', onTime: 3, late: 1 },
    { pk: 'v1/COUNTER#2026-11-26T08:01Z', sk: 'viewed#x', itemType: 'COUNTER', onTime: 2 },
    { pk: 'v1/LEDGER#r', sk: '2', itemType: 'LEDGER', orderId: '1', sequence: 2 },
    { pk: 'v1/LEDGER#r', sk: '1', itemType: 'LEDGER', orderId: '1', sequence: 1 },
    { pk: 'v1/LEDGER#r', sk: '3', itemType: 'LEDGER', orderId: 'other', sequence: 1 },
    { pk: 'v1/BALANCE#r', sk: 'X', itemType: 'BALANCE', sku: 'X', held: 2 },
  ];

  it('is of one generation and of the drill', () => {
    expect(timelineFrom(items, 'v1', new Set(['a']))).toEqual([{ visitId: 'a', sequence: 1 }]);
    expect(timelineFrom(items, 'drill-1', new Set(['a']))).toEqual([{ visitId: 'a', sequence: 2 }]);
    expect(countedIn(items, 'v1')).toBe(6);
    expect(stockEvidenceFrom(items, 'v1', new Set(['1']))).toEqual({
      ledger: [
        { orderId: '1', sequence: 1 },
        { orderId: '1', sequence: 2 },
      ],
      balances: new Map([['X', 2]]),
    });
  });
});
