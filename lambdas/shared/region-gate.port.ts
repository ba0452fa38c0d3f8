/** What a region may do at this moment, by its lease and its fence. */
export interface RegionGate {
  /** @throws RegionFencedError the region may not write now: it was evacuated, or its lease has run out */
  assertActive(): Promise<void>;
  /** Whether entities whose home is that region may be taken over here: it is fenced and has stopped, this region is its successor, and active. */
  mayAdopt(homeRegion: string): Promise<boolean>;
  /** What this region committed before was published by its successor while it was fenced; `undefined` when it never was. */
  publishesFrom(): Promise<Date | undefined>;
  /** How far the local replica is known to be up to date with a region: when the newest lease seen here was renewed. */
  lastHeardFrom(region: string): Promise<Date | undefined>;
}
