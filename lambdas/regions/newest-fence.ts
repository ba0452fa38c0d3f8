import type { RegionFence } from '../shared/region-standing';

/** Within an epoch a fence goes one way: put up, declared to be for good, lifted. */
const stageOf = ({ fenced, lossDeclared }: RegionFence): number => {
  if (!fenced) return 2;
  return lossDeclared ? 1 : 0;
};

const isNewer = (one: RegionFence, other: RegionFence): boolean =>
  one.epoch > other.epoch || (one.epoch === other.epoch && stageOf(one) > stageOf(other));

/** The newest of what several replicas know of one region's fence: epochs only grow, and a fence that was lifted stays lifted. */
export const newestFence = (fences: readonly (RegionFence | undefined)[]): RegionFence | undefined =>
  fences.reduce(
    (newest, fence) => (fence !== undefined && (newest === undefined || isNewer(fence, newest)) ? fence : newest),
    undefined,
  );
