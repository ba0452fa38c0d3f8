import { seededRandom } from '../../../drills/harness/random';

const draw = (seed: string) => {
  const random = seededRandom(seed);
  return Array.from({ length: 50 }, () => random.next());
};

describe('seeded random', () => {
  it('repeats itself for the same seed', () => expect(draw('42')).toEqual(draw('42')));

  it('differs for another seed', () => expect(draw('42')).not.toEqual(draw('43')));

  it('spreads evenly over the unit interval', () => {
    const random = seededRandom('spread');
    const buckets = new Array<number>(10).fill(0);
    for (let index = 0; index < 20_000; index += 1) {
      const bucket = Math.floor(random.next() * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('gives a fork that does not depend on what was drawn before', () => {
    const random = seededRandom('7');
    const before = random.fork('load').next();
    random.next();
    expect(random.fork('load').next()).toBe(before);
  });

  it('gives another run other UUIDs and the same everything else', () => {
    const [one, other] = [seededRandom('7', 'monday'), seededRandom('7', 'tuesday')];
    expect(one.uuid()).not.toBe(other.uuid());
    expect(one.next()).toBe(other.next());
    expect(one.fork('load').uuid()).not.toBe(other.fork('load').uuid());
  });

  it('shuffles without losing or inventing an element', () => {
    const list = Array.from({ length: 100 }, (_, index) => index);
    const shuffled = seededRandom('9').shuffle(list);
    expect(shuffled).not.toEqual(list);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(list);
  });

  it('makes UUIDs of version 4 and the RFC variant', () => {
    const random = seededRandom('ids');
    for (let index = 0; index < 200; index += 1)
      expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
