import fc from 'fast-check';
import { isOverruled, isTakenOver } from '../../../lambdas/shared/outbox-takeover';

const [home, successor] = ['sa-east-1', 'us-east-1'];
const rowOf = (originRegion: string, ...sequences: readonly number[]) => ({
  originRegion,
  events: sequences.map((sequence) => {
    const id = `${originRegion}/${sequence}`;
    return { id, type: 't', sequence, time: '', dataschema: '', data: new Uint8Array() };
  }),
});

describe('a row of an evacuated region', () => {
  it('is published when its entity was not adopted, or did not arrive', () => {
    expect(isOverruled(rowOf(home, 3), { homeRegion: home })).toBe(false);
    expect(isOverruled(rowOf(home, 3), { homeRegion: successor })).toBe(false);
  });

  it('is published up to the adoption, and overruled beyond', () => {
    const adopted = { homeRegion: successor, adoptedAtSequence: 3 };

    expect(isOverruled(rowOf(home, 2, 3), adopted)).toBe(false);
    expect(isOverruled(rowOf(home, 4), adopted)).toBe(true);
    expect(isOverruled(rowOf(home, 3, 4), adopted)).toBe(true);
  });

  it('leaves exactly one event for each number of an entity, wherever the histories part', () => {
    const number = fc.integer({ min: 0, max: 8 });

    fc.assert(
      fc.property(number, number, number, (adoptedAtSequence, late, since) => {
        const before = Array.from({ length: adoptedAtSequence }, (_, index) => rowOf(home, index + 1));
        const lost = Array.from({ length: late }, (_, index) => rowOf(home, adoptedAtSequence + index + 1));
        const ours = Array.from({ length: since }, (_, index) => rowOf(successor, adoptedAtSequence + index + 1));
        const entity = { homeRegion: successor, adoptedAtSequence };

        const published = [...before, ...lost, ...ours]
          .filter((row) => !isOverruled(row, entity))
          .flatMap(({ events }) => events.map(({ sequence }) => sequence));

        expect(published).toEqual(Array.from({ length: adoptedAtSequence + since }, (_, index) => index + 1));
      }),
    );
  });
});

describe('a row of a region that was let back in', () => {
  const from = new Date('2026-11-23T08:00:00.000Z');

  it('was taken over when it is older than the end of the fence', () => {
    expect(isTakenOver('2026-11-23T07:59:59.999Z', from)).toBe(true);
    expect(isTakenOver('2026-11-23T08:00:00.000Z', from)).toBe(false);
    expect(isTakenOver('2026-11-23T07:59:59.999Z', undefined)).toBe(false);
  });

  it('is not left to anybody when its time cannot be read', () => {
    expect(isTakenOver(undefined, from)).toBe(false);
    expect(isTakenOver('yesterday', from)).toBe(false);
  });
});
