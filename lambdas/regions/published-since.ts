import type { RegionFence } from '../shared/region-standing';

/** How long a table's stream keeps its records, in milliseconds: a row that is older was published, or parked. */
const STREAM_MS = 24 * 60 * 60 * 1_000;

/** From when on outbox rows of a fenced region may never have been published, by what its tables say. */
export const publishedSince = (fences: readonly Pick<RegionFence, 'fencedAt'>[]): string =>
  new Date(Math.min(...fences.map(({ fencedAt }) => Date.parse(fencedAt))) - STREAM_MS).toISOString();
