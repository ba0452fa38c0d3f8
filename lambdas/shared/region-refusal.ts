import { RegionFencedError } from './region-gate.errors';
import type { RegionGate } from './region-gate.port';

/** Why a region may not work now; `undefined` when it may. */
export const refusalOf = async (gate: Pick<RegionGate, 'assertActive'>): Promise<RegionFencedError | undefined> => {
  try {
    await gate.assertActive();
    return undefined;
  } catch (error) {
    if (error instanceof RegionFencedError) return error;
    throw error;
  }
};
