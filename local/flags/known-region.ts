import type { RegionFlags, RegionState } from './region-flags.port';

/** A region with what it had when a command began: what it has later on may be somebody else's. */
export interface KnownRegion {
  readonly flags: RegionFlags;
  readonly state: RegionState;
}

/** Looks at what regions have. */
export const knownRegions = (regions: readonly RegionFlags[]): Promise<readonly KnownRegion[]> =>
  Promise.all(regions.map(async (flags) => ({ flags, state: await flags.state() })));
