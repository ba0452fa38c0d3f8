import { countEnds, endsFigure } from '../../../drills/deploy/count-ends';
import { countRollouts, type ReleasedVersion, rolloutFigures } from '../../../drills/deploy/count-rollouts';
import type { Attempt } from '../../../drills/deploy/mixed-load';
import { plotVersions } from '../../../drills/deploy/plot-versions';
import { countForms, formFigures, type OrderItem } from '../../../drills/deploy/rewrite-orders';
import type { Rollout } from '../../../drills/deploy/rollout';
import { simulateVerdicts, verdictFigures } from '../../../drills/deploy/simulate-verdicts';
import { type Figure, holds } from '../../../drills/harness/figure';
import { BROKEN_SEAL } from '../../../drills/harness/open-sealed';

const broken = (figures: readonly Figure[]) => figures.filter((figure) => !holds(figure)).map(({ name }) => name);

const attempt = (at: number, changes: Partial<Attempt> = {}): Attempt => ({
  ...{ operation: 'readOrder', status: 200, at, milliseconds: 5 },
  ...changes,
});

const requests = { old: 600, new: 600 };
const judgement: NonNullable<Rollout['judgement']> = {
  ...{ verdict: 'promote', because: [], decidedBy: 'synthetic', windows: 2 },
  real: { requests: { old: 90, new: 10 }, failures: { old: 0, new: 0 } },
  synthetic: { requests, failures: { old: 0, new: 0 } },
};
const rollout = (version: string, changes: Partial<Rollout> = {}): Rollout => ({
  ...{ version, operation: 'readOrder', status: 'Succeeded', why: '' },
  ...{ began: 0, shifted: 10, ended: 1000, planned: 1000, judgement },
  ...changes,
});
const sentBack = { status: 'Stopped', why: 'MANUAL_STOP', ended: 300 } as const;

const released: readonly ReleasedVersion[] = [
  { rollout: rollout('good'), isGood: true },
  {
    rollout: rollout('slow', { ...sentBack, judgement: { ...judgement, verdict: 'roll-back', windows: 1 } }),
    isGood: false,
  },
  {
    rollout: rollout('rare', { status: 'Failed', why: 'HOOK_EXECUTION_FAILURE', ended: 20 }),
    isGood: false,
    isRare: true,
  },
];
/** Nine to the old version for each to the new one. */
const attempts = Array.from({ length: 100 }, (_, at) => attempt(at, at % 20 === 0 ? { version: 'slow' } : {}));

describe('count of rollouts', () => {
  const brokenBy = (more: readonly Attempt[], versions = released) =>
    broken(countRollouts([...attempts, ...more], versions, 0));

  it('holds when bad versions are sent back, and only they have failed', () => {
    expect(brokenBy([attempt(5, { version: 'slow', status: 500, fault: 'failed' })])).toEqual([]);
  });

  it('sees a failure of the version before, of a good one, and of nobody', () => {
    for (const changes of [{ status: 500 }, { version: 'good', status: 502 }])
      expect(brokenBy([attempt(5, { ...changes, fault: 'failed' })])).toEqual([rolloutFigures.failed]);
    const { status: _, ...unanswered } = attempt(5, { fault: 'no answer' });
    expect(brokenBy([unanswered])).toEqual([rolloutFigures.failed]);
  });

  it('sees a wrong answer', () => {
    expect(brokenBy([attempt(5, { status: 404, fault: 'answered 404, expected 200' })])).toEqual([
      rolloutFigures.wrong,
    ]);
  });

  it('sees a bad version that was promoted, and a good one that was not', () => {
    expect(brokenBy([], [{ rollout: rollout('slow'), isGood: false }])).toEqual([rolloutFigures.promoted]);
    expect(brokenBy([], [{ rollout: rollout('good', sentBack), isGood: true }])).toEqual([rolloutFigures.sentBack]);
  });

  it('sees a bad version that more than a tenth of its own traffic has met', () => {
    const met = Array.from({ length: 10 }, (_, at) => attempt(at, { version: 'slow' }));
    expect(brokenBy(met)).toEqual([rolloutFigures.exposure]);
    expect(brokenBy(met.map((one) => ({ ...one, operation: 'placeOrder' })))).toEqual([]);
    expect(brokenBy([...met, ...Array.from({ length: 99 }, () => attempt(2000))])).toEqual([rolloutFigures.exposure]);
  });

  it('draws no share from a handful of requests, but counts them among those of all bad versions', () => {
    const thin = { rollout: rollout('thin', { ...sentBack, operation: 'cancelOrder' }), isGood: false };
    const met = (count: number) =>
      Array.from({ length: count }, (_, at) => attempt(at, { operation: 'cancelOrder', version: 'thin' }));
    expect(brokenBy(met(1), [...released, thin])).toEqual([]);
    expect(brokenBy(met(40), [...released, thin])).toEqual([rolloutFigures.exposure]);
  });

  it('sees one request that met a version which the probes should have refused', () => {
    expect(brokenBy([attempt(5, { version: 'rare' })])).toEqual([rolloutFigures.rare]);
  });

  it('sees a verdict that took too long, and one upon too little', () => {
    const late = { rollout: rollout('good', { judgement: { ...judgement, windows: 3 } }), isGood: true };
    expect(brokenBy([], [late])).toEqual([rolloutFigures.windows]);
    const few = { ...judgement, synthetic: { ...judgement.synthetic, requests: { old: 248, new: 248 } } };
    expect(brokenBy([], [{ rollout: rollout('good', { judgement: few }), isGood: true }])).toEqual([
      rolloutFigures.evidence,
    ]);
  });
});

describe('count of stored forms', () => {
  const street = 'Rua das Flores';
  const item = (schemaVersion: 2 | 3, changes: object = {}, houseNumber = '10'): OrderItem => ({
    ...{ pk: 'order/a', version: 3, schemaVersion },
    state: {
      ...{
        orderId: 'a',
        customerId: 'c',
        paymentMethod: 'pm_card',
        status: 'CONFIRMED',
        totalMinor: 500,
        lines: [{ sku: 'MUG', quantity: 2 }],
      },
      shipTo: {
        recipient: 'Drill',
        ...(schemaVersion === 2 ? { street, houseNumber } : { street: `${street} ${houseNumber}` }),
      },
      ...changes,
    },
  });
  const before = new Map([['a', item(2)]]);
  const brokenBy = (
    after: OrderItem | undefined,
    changes: { reasons?: ReadonlyMap<string, string>; placed?: true } = {},
  ) => {
    const { reasons = new Map(), placed } = changes;
    const ids = placed ? { copies: [], placed: ['a'] } : { copies: ['a'], placed: [] };
    return broken(countForms({ before, ...ids, reasons }, new Map(after && [['a', after]])));
  };

  it('holds when the order is there in the new form, with its last change', () => {
    expect(brokenBy(item(3))).toEqual([]);
    expect(brokenBy(item(3, { reason: 'change 7' }), { reasons: new Map([['a', 'change 7']]) })).toEqual([]);
    expect(brokenBy(item(3, { status: 'CANCELLED' }), { placed: true })).toEqual([]);
  });

  it('sees an order that was left, and one that is gone', () => {
    expect(brokenBy(item(2))).toEqual([formFigures.left]);
    expect(brokenBy(undefined)).toEqual([formFigures.altered]);
    expect(brokenBy(undefined, { placed: true })).toEqual([formFigures.altered]);
  });

  it('sees a seal that holds something else, a change that was lost, one that nobody made, and anything else that differs', () => {
    for (const after of [
      item(3, {}, '1'),
      item(3, { status: 'PENDING' }),
      item(3, { lines: [] }),
      item(3, { reason: 'x' }),
      item(3, { paymentMethod: BROKEN_SEAL }),
    ])
      expect(brokenBy(after)).toEqual([formFigures.altered]);
    expect(brokenBy(item(3), { reasons: new Map([['a', 'change 7']]) })).toEqual([formFigures.altered]);
    expect(brokenBy(item(3, {}, '1'), { placed: true })).toEqual([formFigures.altered]);
  });
});

describe('count of ends', () => {
  const load = {
    taken: ['a', 'b'].map((orderId) => ({ orderId, placedAt: 0, customerId: 'c', lines: [] })),
    cancelled: new Set(['b']),
  };
  const brokenBy = (ends: Readonly<Record<string, string>>) =>
    broken(countEnds(load, new Map(Object.entries(ends).map(([id, status]) => [id, { status, seconds: 1 }]))));

  it('holds when what was placed is confirmed, and what was cancelled is cancelled', () =>
    expect(brokenBy({ a: 'CONFIRMED', b: 'CANCELLED' })).toEqual([]));

  it.each<Readonly<Record<string, string>>>([
    { a: 'PARKED', b: 'CANCELLED' },
    { a: 'CANCELLED', b: 'CANCELLED' },
    { a: 'CONFIRMED' },
  ])('sees %j', (ends) => expect(brokenBy(ends)).toEqual([endsFigure]));
});

describe('simulated verdicts', () => {
  it('are counted over at least 200 rollouts of each kind, and are right in 98 of a hundred', () => {
    const figures = simulateVerdicts(1);
    expect(figures.find(({ name }) => name === 'simulated rollouts of each kind')?.value).toBeGreaterThanOrEqual(200);
    expect(figures.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.values(verdictFigures)));
    expect(broken(figures)).toEqual([]);
  });
});

describe('plot of versions', () => {
  it('has a line for each version that answered, over the same seconds', () => {
    const plot = plotVersions(
      'readOrder',
      [attempt(0), attempt(1, { version: 'slow' }), attempt(7000), attempt(8000, { operation: 'placeOrder' })],
      [rollout('slow'), rollout('good', { operation: 'placeOrder' })],
      0,
    );
    expect(plot.series).toEqual([
      {
        name: 'before',
        points: [
          [0, 1],
          [5, 1],
        ],
      },
      {
        name: 'slow',
        points: [
          [0, 1],
          [5, 0],
        ],
      },
    ]);
    expect(plot.marks?.at).toEqual([0]);
  });
});
