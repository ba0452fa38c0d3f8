/** The lease could not be kept in every table; in the others it was. */
export class LeaseNotKeptError extends Error {
  override readonly name = 'LeaseNotKeptError';
  constructor(
    readonly region: string,
    readonly contexts: readonly string[],
    firstFailure: unknown,
  ) {
    super(`the lease of ${region} could not be kept in the tables of ${contexts.join(', ')}`, { cause: firstFailure });
  }
}

/** A request names a region that the stage does not have. */
export class UnknownRegionError extends Error {
  override readonly name = 'UnknownRegionError';
  constructor(
    readonly region: string,
    readonly regions: readonly string[],
  ) {
    super(`the stage has no region ${region}; expected one of ${regions.join(', ')}`);
  }
}

/** There would be no region left that takes orders: the one that is to take over is not in service itself. */
export class LastHealthyRegionError extends Error {
  override readonly name = 'LastHealthyRegionError';
  constructor(
    readonly region: string,
    readonly why: string,
  ) {
    super(`${region} cannot be evacuated: ${why}; expected a successor that is in service`);
  }
}

/** A fence may be put up, and its evacuation carried out, only in the region that takes over. */
export class NotTheSuccessorError extends Error {
  override readonly name = 'NotTheSuccessorError';
  constructor(
    readonly successor: string,
    readonly here: string,
  ) {
    super(`${successor} is to take over, and this is ${here}; expected the request in ${successor}`);
  }
}

/** A decision about a region is older than what was decided since. */
export class OutdatedEpochError extends Error {
  override readonly name = 'OutdatedEpochError';
  constructor(
    readonly region: string,
    readonly epoch: number,
    readonly known: number,
  ) {
    super(
      `epoch ${epoch} of ${region} is outdated: the tables know ${known}; look at the region's status and decide again`,
    );
  }
}

/** The region has not acknowledged its fence, so that it may still be writing. */
export class RegionNotQuietError extends Error {
  override readonly name = 'RegionNotQuietError';
  constructor(
    readonly region: string,
    readonly why: string,
  ) {
    super(`${region} is not quiet: ${why}; wait for its lease keeper`);
  }
}

/** The region may write, so that it need not be opened. */
export class RegionInServiceError extends Error {
  override readonly name = 'RegionInServiceError';
  constructor(readonly region: string) {
    super(`${region} is in service; expected a region that is fenced, or whose lease has run out`);
  }
}

/** The region was evacuated to another one than the one that is declared lost. */
export class RegionStillHeldError extends Error {
  override readonly name = 'RegionStillHeldError';
  constructor(
    readonly region: string,
    readonly successor: string,
    readonly lost: string,
  ) {
    super(`${region} was evacuated to ${successor}, not to ${lost}; expected ${successor} to let it in, or to be lost`);
  }
}

/** A request names a context or a region of which this one has no tables. */
export class UnknownContextError extends Error {
  override readonly name = 'UnknownContextError';
  constructor(
    readonly context: string,
    readonly region: string,
  ) {
    super(
      `there is no table of ${context} in ${region} to compare with; expected a context and another region of the stage`,
    );
  }
}

/** What a Region switch plan has asked for is not done yet; ARC calls again. */
export class SwitchUnderWayError extends Error {
  override readonly name = 'SwitchUnderWayError';
  constructor(
    readonly region: string,
    readonly action: string,
  ) {
    super(`${action} of ${region} is under way; ask again in a minute`);
  }
}
