/** How flags are deployed. */
export interface FlagDeploymentOptions {
  /** To every function at its next poll, and without alarms. */
  readonly atOnce: boolean;
  /** The newest deployment that is known; a newer one is somebody else's, and not to be written over. */
  readonly after: number;
  readonly note: (line: string) => void;
}

/** A deployment that has not come to its end: some functions, or all of them while it bakes, have its flags. */
export interface FlagDeployment {
  readonly number: number;
  readonly text: string;
}

/** What a region has. */
export interface RegionState {
  /** Number of the newest deployment, whatever has become of it; 0 before the first. */
  readonly newest: number;
  /** What the newest deployment that has come to its end says, as text; `undefined` before the first. */
  readonly deployed: string | undefined;
  /** The deployment that is under way, whoever has begun it: there is one at most. */
  readonly underWay: FlagDeployment | undefined;
}

/** The flags of one region, as those who deploy them see them. */
export interface RegionFlags {
  readonly region: string;
  state(): Promise<RegionState>;
  /**
   * Why nothing can be deployed gradually now: alarms that ring already would roll it back. Empty when nothing is in the way.
   */
  obstacles(): Promise<readonly string[]>;
  /**
   * Deploys a set of flags and waits until it holds for all.
   * @returns the deployment, to be put back
   * @throws FlagDeploymentError it was refused or rolled back, or somebody else was quicker; the region has what it had
   */
  deploy(text: string, options: FlagDeploymentOptions): Promise<number>;
  /**
   * Waits until a deployment that is under way holds for all.
   * @throws FlagDeploymentError it was rolled back; the region has what it had
   */
  follow(deployment: number, note: FlagDeploymentOptions['note']): Promise<void>;
  /**
   * Puts the region back to what it had before a deployment, under way or complete, and waits until that holds.
   * @throws FlagDeploymentError there is a newer deployment, which would be taken back with it
   */
  putBack(deployment: number): Promise<void>;
}
