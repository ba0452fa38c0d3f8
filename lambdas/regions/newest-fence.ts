import type { RegionFence } from '../shared/region-standing';

const isNewer = (one: RegionFence, other: RegionFence): boolean =>
  one.epoch > other.epoch || (one.epoch === other.epoch && !one.fenced && other.fenced);

/** The newest of what several replicas know of one region's fence: epochs only grow, and a fence that was lifted stays lifted. */
export const newestFence = (fences: readonly (RegionFence | undefined)[]): RegionFence | undefined =>
  fences.reduce(
    (newest, fence) => (fence !== undefined && (newest === undefined || isNewer(fence, newest)) ? fence : newest),
    undefined,
  );
