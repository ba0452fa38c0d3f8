import { createHash } from 'node:crypto';

/** Numbers that look random and are a function of the seed alone, so that a run can be repeated. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** True with the given probability (0 … 1). */
  chance(probability: number): boolean;
  /** One of the list's elements. @throws RangeError the list is empty */
  pick<T>(list: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(list: readonly T[]): T[];
  /** A UUID of version 4's form. The only thing that also depends on the run: a second run meets the first one's ids nowhere. */
  uuid(): string;
  /** An independent generator: what one part of a drill draws does not shift what another part gets. */
  fork(label: string): Random;
}

/**
 * The generator for a seed: sfc32 (Chris Doty-Humphrey's PractRand, http://pracrand.sourceforge.net/), its state taken
 * from SHA-256 of the seed.
 * @example
 * const load = seededRandom('7').fork('load');
 */
export const seededRandom = (seed: string, run = ''): Random => {
  const digest = createHash('sha256').update(seed).digest();
  let a = digest.readUInt32LE(0);
  let b = digest.readUInt32LE(4);
  let c = digest.readUInt32LE(8);
  let counter = 1;
  const next32 = (): number => {
    const sum = (((a + b) >>> 0) + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum;
  };
  const next = (): number => next32() / 2 ** 32;
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    pick: (list) => {
      const element = list[integer(0, list.length - 1)];
      if (element === undefined) throw new RangeError('cannot pick from an empty list');
      return element;
    },
    shuffle: (list) =>
      list
        .map((element) => ({ element, at: next() }))
        .sort((one, other) => one.at - other.at)
        .map(({ element }) => element),
    uuid: () => {
      const drawn = [0, 0, 0, 0].map(() => next32()).join('/');
      const hex = createHash('sha256').update(`${run}/${drawn}`).digest('hex');
      const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `${variant}${hex.slice(17, 20)}`,
        hex.slice(20, 32),
      ].join('-');
    },
    fork: (label) => seededRandom(`${seed}/${label}`, run),
  };
};
