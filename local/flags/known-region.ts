import { askRegions } from '../operator/ask-regions';
import type { RegionFlags, RegionState } from './region-flags.port';

/** A region with what it had when a command began: what it has later on may be somebody else's. */
export interface KnownRegion {
  readonly flags: RegionFlags;
  readonly state: RegionState;
}

/** How a command about flags goes on without the regions that are dark. */
export const withoutDarkRegions = (others: readonly string[]): string =>
  others.length === 0 ? '' : `for the others: ${others.map((region) => `--region ${region}`).join(', ')}`;

/**
 * Looks at what regions have.
 * @throws RegionDarkError
 */
export const knownRegions = (regions: readonly RegionFlags[]): Promise<readonly KnownRegion[]> =>
  askRegions(regions, async (flags) => ({ flags, state: await flags.state() }), withoutDarkRegions);
