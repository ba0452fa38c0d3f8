/** What the outside is told of a region. */
export interface RegionReport {
  /** The region is active, by every table. Silence means that it is not. */
  inService(region: string): void;
}
