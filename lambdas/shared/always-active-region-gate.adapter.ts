import type { RegionGate } from './region-gate.port';

/** The gate of a store that lives in one region: it may always write, and there is nobody to take over from. */
export const alwaysActive: RegionGate = {
  assertActive: async () => undefined,
  mayAdopt: async () => false,
  publishesFrom: async () => undefined,
  lastHeardFrom: async () => undefined,
};
