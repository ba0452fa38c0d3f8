import { askRegions } from '../operator/ask-regions';
import type { RegionFlags, RegionState } from './region-flags.port';
import { withoutDarkRegions } from './without-dark-regions';

/** A region with what it had when a command began: what it has later on may be somebody else's. */
export interface KnownRegion {
  readonly flags: RegionFlags;
  readonly state: RegionState;
}

/**
 * Looks at what regions have.
 * @throws RegionDarkError
 */
export const knownRegions = (regions: readonly RegionFlags[]): Promise<readonly KnownRegion[]> =>
  askRegions(regions, async (flags) => ({ flags, state: await flags.state() }), withoutDarkRegions);
