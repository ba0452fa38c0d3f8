import fc from 'fast-check';
import { decidePlacement, fingerprintOf, maximumTotalMinor } from '../../../lambdas/ordering/order-placement';
import type { PlaceOrderBody } from '../../../lambdas/ordering/place-order.contract';
import { body, catalogue, placedOrder, placement } from './fixtures';

const known = (order: ReturnType<typeof placedOrder>) => ({ order, fingerprint: order.fingerprint });
const now = new Date('2026-11-23T08:00:00Z');
const decide = (request: PlaceOrderBody, before = undefined as ReturnType<typeof placedOrder> | undefined) =>
  decidePlacement(before && known(before), { ...placement, body: request }, catalogue, now);

describe('placing an order', () => {
  it('prices every line from the catalogue and sums them up', () => {
    const decision = decide(body);

    expect(decision).toMatchObject({
      kind: 'place',
      order: { status: 'PENDING', totalMinor: 2 * 3990 + 7900, execution: placement.orderId, metadata: {} },
    });
  });

  it.each([
    ['an unknown SKU', [{ sku: 'MUG-PINK', quantity: 1 }], 'lines[0].sku'],
    [
      'a SKU of another currency',
      [
        { sku: 'TEE-L', quantity: 1 },
        { sku: 'PEN-USD', quantity: 1 },
      ],
      'lines[1].sku',
    ],
    [
      'a SKU on two lines',
      [
        { sku: 'TEE-L', quantity: 1 },
        { sku: 'TEE-L', quantity: 2 },
      ],
      'lines[1].sku',
    ],
    ['a total above the limit', [{ sku: 'GOLD-BAR', quantity: 2 }], 'lines'],
    ['a total of nothing', [{ sku: 'STICKER', quantity: 2 }], 'lines'],
  ])('refuses %s and names the field', (_what, lines, field) => {
    const decision = decide({ ...body, lines });

    expect(decision).toMatchObject({ kind: 'unacceptable', faults: [{ field }] });
  });

  it('names every line at fault, not only the first', () => {
    const lines = [
      { sku: 'NO-1', quantity: 1 },
      { sku: 'TEE-L', quantity: 1 },
      { sku: 'NO-2', quantity: 1 },
    ];

    const decision = decide({ ...body, lines });

    expect(decision.kind === 'unacceptable' && decision.faults.map(({ field }) => field)).toEqual([
      'lines[0].sku',
      'lines[2].sku',
    ]);
  });

  it('refuses more lines than an order may have now, whatever is on them', () => {
    const decision = decidePlacement(undefined, { ...placement, maximumLines: 1 }, catalogue, now);

    expect(decision).toEqual({
      kind: 'unacceptable',
      faults: [{ field: 'lines', value: body.lines.length, expected: 'at most 1 lines' }],
    });
  });

  it('answers a repeat of an order that had more lines than one may have now', () => {
    const decision = decidePlacement(known(placedOrder()), { ...placement, maximumLines: 1 }, catalogue, now);

    expect(decision).toEqual({ kind: 'replay', order: placedOrder() });
  });

  it('recognises a repeat by its content, even when its SKU is no longer sold', () => {
    const decision = decidePlacement(known(placedOrder()), placement, new Map(), now);

    expect(decision).toEqual({ kind: 'replay', order: placedOrder() });
  });

  it('refuses another body under a used key, whatever became of the order', () => {
    expect(decide({ ...body, customerId: 'someone-else' }, placedOrder({ status: 'REJECTED' })).kind).toBe(
      'other-request',
    );
  });
});

describe('the fingerprint of a request', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, member]) => [key, shuffled(member)]),
    );
  };

  it('does not depend on the order of keys', () => {
    expect(fingerprintOf(shuffled(body) as PlaceOrderBody)).toBe(fingerprintOf(body));
  });

  it('depends on every value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 99 }), fc.string(), (quantity, recipient) => {
        fc.pre(recipient !== body.shipTo.recipient);
        const fingerprints = [
          body,
          { ...body, lines: [{ sku: 'MUG-BLUE', quantity }, ...body.lines.slice(1)] },
          { ...body, shipTo: { ...body.shipTo, recipient } },
          { ...body, lines: [...body.lines].reverse() },
        ].map(fingerprintOf);

        return new Set(fingerprints).size === 4;
      }),
    );
  });

  it('lets no order exceed the limit', () => {
    const lineArbitrary = fc.record({
      sku: fc.constantFrom('MUG-BLUE', 'TEE-L', 'GOLD-BAR', 'STICKER'),
      quantity: fc.integer({ min: 1, max: 99 }),
    });
    const lines = fc.uniqueArray(lineArbitrary, { selector: ({ sku }) => sku, minLength: 1 });
    fc.assert(
      fc.property(lines, (chosen) => {
        const decision = decide({ ...body, lines: chosen });

        return (
          decision.kind !== 'place' ||
          (decision.order.totalMinor >= 1 && decision.order.totalMinor <= maximumTotalMinor)
        );
      }),
    );
  });
});
