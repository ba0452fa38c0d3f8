/** How flags are deployed. */
export interface FlagDeploymentOptions {
  /** To every function at its next poll, and without alarms. */
  readonly atOnce: boolean;
  readonly note: (line: string) => void;
}

/** The flags of one region, as those who deploy them see them. */
export interface RegionFlags {
  readonly region: string;
  /** What holds in the region, as text; `undefined` before the first deployment. */
  deployed(): Promise<string | undefined>;
  /**
   * Why nothing can be deployed gradually now: alarms that ring already would roll it back. Empty when nothing is in the way.
   */
  obstacles(): Promise<readonly string[]>;
  /**
   * Deploys a set of flags and waits until it holds for all.
   * @returns the deployment, to be put back
   * @throws FlagDeploymentError it was refused or rolled back; the region has what it had
   */
  deploy(text: string, options: FlagDeploymentOptions): Promise<number>;
  /** Puts the region back to what it had before a deployment. */
  putBack(deployment: number): Promise<void>;
}
