import type { RegionStanding } from './region-standing';

/** The region may not write now; nothing was written. Another region may be asked, or this one again later. */
export class RegionFencedError extends Error {
  override readonly name = 'RegionFencedError';
  constructor(
    readonly region: string,
    readonly standing: Exclude<RegionStanding, { readonly kind: 'active' }>,
  ) {
    super(`region ${region} may not write: ${standing.kind}`);
  }
}

/** The entity's home is another region, and this region may not take it over; nothing was written. */
export class ForeignHomeError extends Error {
  override readonly name = 'ForeignHomeError';
  constructor(
    readonly subject: string,
    readonly homeRegion: string,
  ) {
    super(`the home of ${subject} is ${homeRegion}`);
  }
}

/** The region is not fenced, so that nothing of it may be taken over and there is no fence to lift. */
export class RegionNotEvacuatedError extends Error {
  override readonly name = 'RegionNotEvacuatedError';
  constructor(
    readonly region: string,
    readonly successor: string,
  ) {
    super(`${region} has not been evacuated to ${successor}; expected its fence to say so in every table`);
  }
}
