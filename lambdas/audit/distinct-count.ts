import { createHash } from 'node:crypto';

/**
 * How many different things were seen, in bounded space: exactly while they are few, by a HyperLogLog sketch when they are many.
 * Counting a thing again changes nothing, and two counts of overlapping things add up to the count of their union.
 */
export type DistinctCount =
  | { readonly kind: 'few'; readonly fingerprints: readonly number[] }
  | ({ readonly kind: 'many' } & Sketch);

/** A HyperLogLog sketch. */
interface Sketch {
  /** One rank a register: the longest run of zeros, plus one, that a fingerprint of the register began with. */
  readonly registers: Uint8Array;
  /** Sum of 2^-rank over the registers, and how many of them are empty: what the estimate is made of. */
  readonly sum: number;
  readonly empty: number;
}

/** What a thing is remembered by: 32 bits of its SHA-256. */
export type Fingerprint = number;

/** Things counted exactly; from the next one on they are estimated. */
const FEW = 64;

/** Registers of a sketch: 2^9, a standard error of 1.04/√512 = 4.6 % (Flajolet et al., HyperLogLog, 2007). */
const INDEX_BITS = 9;
const REGISTERS = 1 << INDEX_BITS;
const RANK_BITS = 32 - INDEX_BITS;
/** Corrects the bias of the harmonic mean, for 128 registers and more; same source. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/** Of nothing. */
export const nothingCounted: DistinctCount = { kind: 'few', fingerprints: [] };

/** What `thing` is remembered by; it cannot be read back. */
export const fingerprintOf = (thing: string): Fingerprint =>
  createHash('sha256').update(thing).digest().readUInt32BE(0);

const place = (fingerprint: Fingerprint) => {
  const rest = (fingerprint << INDEX_BITS) >>> 0;
  return { index: fingerprint >>> RANK_BITS, rank: Math.min(Math.clz32(rest), RANK_BITS) + 1 };
};

/** The sketch of registers that were kept. */
export const sketchOf = (registers: Uint8Array): DistinctCount => {
  let sum = 0;
  let empty = 0;
  for (const rank of registers) {
    sum += 1 / (1 << rank);
    if (rank === 0) empty += 1;
  }
  return { kind: 'many', registers, sum, empty };
};

const noteIn = (registers: Uint8Array, fingerprint: Fingerprint): void => {
  const { index, rank } = place(fingerprint);
  if ((registers[index] ?? 0) < rank) registers[index] = rank;
};

/** The same count with one thing more. Answers the very same object when that changes nothing. */
export const countedWith = (count: DistinctCount, fingerprint: Fingerprint): DistinctCount => {
  if (count.kind === 'few') {
    if (count.fingerprints.includes(fingerprint)) return count;
    const fingerprints = [...count.fingerprints, fingerprint];
    if (fingerprints.length <= FEW) return { kind: 'few', fingerprints };
    const registers = new Uint8Array(REGISTERS);
    for (const one of fingerprints) noteIn(registers, one);
    return sketchOf(registers);
  }
  const { index, rank } = place(fingerprint);
  const known = count.registers[index] ?? 0;
  if (known >= rank) return count;
  const registers = count.registers.slice();
  registers[index] = rank;
  const sum = count.sum - 1 / (1 << known) + 1 / (1 << rank);
  return { kind: 'many', registers, sum, empty: known === 0 ? count.empty - 1 : count.empty };
};

const union = (counts: readonly DistinctCount[]): DistinctCount => {
  const few = new Set<Fingerprint>();
  let merged: Uint8Array | undefined;
  for (const count of counts) {
    if (count.kind === 'few') {
      for (const fingerprint of count.fingerprints) few.add(fingerprint);
      continue;
    }
    if (merged === undefined) {
      merged = count.registers.slice();
      continue;
    }
    for (let index = 0; index < REGISTERS; index += 1) {
      const rank = count.registers[index] ?? 0;
      if ((merged[index] ?? 0) < rank) merged[index] = rank;
    }
  }
  if (merged === undefined) return { kind: 'few', fingerprints: [...few] };
  for (const fingerprint of few) noteIn(merged, fingerprint);
  return sketchOf(merged);
};

const sizeOf = (count: DistinctCount): number => {
  if (count.kind === 'few') return count.fingerprints.length;
  const raw = (ALPHA * REGISTERS * REGISTERS) / count.sum;
  // While registers are empty, counting those is more exact than the mean of the others.
  return raw <= 2.5 * REGISTERS && count.empty > 0 ? REGISTERS * Math.log(REGISTERS / count.empty) : raw;
};

/**
 * How many different things are in any of the counts, rounded to a whole number. Below `exactFrom` it may be too much: nobody
 * who asks whether a limit is reached has to know how far from it they are.
 */
export const distinctIn = (counts: readonly DistinctCount[], exactFrom = 0): number => {
  const atMost = counts.reduce((sum, count) => sum + sizeOf(count), 0);
  return Math.round(atMost < exactFrom ? atMost : sizeOf(union(counts)));
};
