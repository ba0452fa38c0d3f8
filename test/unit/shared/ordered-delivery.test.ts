import fc from 'fast-check';
import { decideDelivery, REMEMBERED_IDS } from '../../../lambdas/shared/ordered-delivery';
import { type Effect, effectKeyText, merged } from '../../../lambdas/shared/ordered-effect';

const idOf = (sequence: number) => `event ${sequence}`;
/** A position behind the events 1 … `sequence`. */
const at = (sequence: number) => ({
  sequence,
  recentIds: Array.from({ length: sequence }, (_, index) => idOf(index + 1)).slice(-REMEMBERED_IDS),
});

describe('what an event is to its entity', () => {
  it('is told by its number: the next one, a repeat, or one that came too soon', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.integer({ min: 1, max: 150 }), (last, sequence) => {
        const decision = decideDelivery(at(last), { id: idOf(sequence), sequence });

        if (sequence === last + 1) return decision.kind === 'apply';
        if (sequence > last) return decision.kind === 'early' && decision.missing === last + 1;
        return decision.kind === 'duplicate' && decision.remembered === last - sequence < REMEMBERED_IDS;
      }),
    );
  });

  it('contradicts when another event has its number, as long as that is remembered', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(100), (last, back) => {
        const sequence = Math.max(1, last - back);
        const decision = decideDelivery(at(last), { id: 'another', sequence });

        const isRemembered = last - sequence < REMEMBERED_IDS;
        return isRemembered
          ? decision.kind === 'contradiction' && decision.appliedId === idOf(sequence)
          : decision.kind === 'duplicate' && !decision.remembered;
      }),
    );
  });

  it('leads through all events once, in order, whatever order they come in and however often', () => {
    const arrivals = fc.integer({ min: 1, max: 12 }).chain((events) => {
      const numbers = Array.from({ length: events }, (_, index) => index + 1);
      const repeats = fc.array(fc.constantFrom(...numbers), { maxLength: 20 });
      return repeats.chain((more) => fc.shuffledSubarray([...numbers, ...more], { minLength: events + more.length }));
    });
    fc.assert(
      fc.property(arrivals, (sequences) => {
        const applied: number[] = [];
        let waiting = [...sequences];
        for (let moved = true; moved; ) {
          moved = false;
          for (const sequence of waiting) {
            const decision = decideDelivery(at(applied.length), { id: idOf(sequence), sequence });
            if (decision.kind === 'apply') {
              applied.push(sequence);
              moved = true;
            }
          }
          waiting = waiting.filter((sequence) => sequence > applied.length);
        }
        return waiting.length === 0 && applied.every((sequence, index) => sequence === index + 1);
      }),
    );
  });
});

describe('effects at one item in one transaction', () => {
  const key = { pk: 'a', sk: 'b' };
  const effects = fc.oneof(
    fc
      .record({ count: fc.integer(), other: fc.integer() })
      .map((attributes): Effect => ({ kind: 'put', key, attributes })),
    fc.integer().map((count): Effect => ({ kind: 'add', key, amounts: { count }, attributes: { by: count } })),
  );

  it('change it as one after the other would', () => {
    const write = (item: Record<string, unknown>, effect: Effect): Record<string, unknown> => {
      if (effect.kind === 'put') return { ...effect.attributes };
      const count = Number(item['count'] ?? 0) + (effect.amounts['count'] ?? 0);
      return { ...item, ...effect.attributes, count };
    };
    fc.assert(
      fc.property(fc.array(effects, { minLength: 1, maxLength: 6 }), ([first, ...rest]) => {
        const start = { count: 5 };
        const oneByOne = [first!, ...rest].reduce(write, start);

        expect(write(start, rest.reduce(merged, first!))).toEqual(oneByOne);
      }),
    );
  });

  it('are told apart by both parts of the key', () => {
    expect(effectKeyText({ pk: 'a', sk: 'b#c' })).not.toBe(effectKeyText({ pk: 'a#b', sk: 'c' }));
  });
});
