import type { ServedSample } from './canary-verdict';

/** One version behind an alias. */
export interface ServedVersion {
  readonly functionName: string;
  readonly alias: string;
  readonly version: string;
}

/** What versions did with the requests that came through their alias. */
export interface VersionMetrics {
  /** @throws MetricsUnavailableError a part of the answer is missing */
  sampleOf(served: ServedVersion, range: { readonly from: Date; readonly to: Date }): Promise<ServedSample>;
}
