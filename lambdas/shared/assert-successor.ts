import { RegionNotEvacuatedError } from './region-gate.errors';
import type { RegionGate } from './region-gate.port';

/**
 * Makes sure that this region may take over from an evacuated one.
 * @throws RegionFencedError this region may not write now
 * @throws RegionNotEvacuatedError the region was not evacuated to this one
 */
export const assertSuccessor = async (gate: RegionGate, here: string, region: string): Promise<void> => {
  // First: a lease that has run out here passes, and says nothing of the other region's fence.
  await gate.assertActive();
  if (!(await gate.mayAdopt(region))) throw new RegionNotEvacuatedError(region, here);
};
