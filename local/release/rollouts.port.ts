/** A new version of a function on its way to its traffic. */
export interface Rollout {
  readonly deploymentId: string;
  /** What the function answers: `placeOrder`. */
  readonly operation: string;
  /** For example `10 % to version 8`; empty before anything is shifted. */
  readonly shifted: string;
}

/** The rollouts of a region that are under way. */
export interface Rollouts {
  readonly region: string;
  inProgress(): Promise<readonly Rollout[]>;
  /** Stops one and sends its traffic back; one that has ended meanwhile stays as it is. */
  stop(deploymentId: string): Promise<void>;
}
