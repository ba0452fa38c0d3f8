import type { ProbeFault } from './probe';

/** CodeDeploy has no such deployment, or one that this context does not understand. */
export class UnknownRolloutError extends Error {
  override readonly name = 'UnknownRolloutError';
  constructor(
    readonly deploymentId: string,
    readonly why: string,
    options?: ErrorOptions,
  ) {
    super(`deployment ${deploymentId} is not a rollout of a function: ${why}`, options);
  }
}

/** A function is rolled out whose operation has no probes, so nothing would be known about its new version. */
export class UnprobedOperationError extends Error {
  override readonly name = 'UnprobedOperationError';
  constructor(
    readonly operation: string,
    known: readonly string[],
  ) {
    super(`there are no probes for ${operation}; expected a deployment group named after one of ${known.join(', ')}`);
  }
}

/** The new version has answered probes with something else than the contract says. */
export class VersionRefusedError extends Error {
  override readonly name = 'VersionRefusedError';
  constructor(
    readonly version: string,
    readonly faults: readonly ProbeFault[],
  ) {
    const told = faults.map(({ probe, got, expected }) => `"${probe}": got ${got}; expected ${expected}`);
    super(`version ${version} does not answer as the contract says: ${told.join(' | ')}`);
  }
}

/** The new version was not through with its probes in time. */
export class ExerciseTooSlowError extends Error {
  override readonly name = 'ExerciseTooSlowError';
  constructor(
    readonly version: string,
    readonly limitMilliseconds: number,
  ) {
    super(`version ${version} has not answered its probes within ${limitMilliseconds} ms`);
  }
}

/** There is no record that the judge wants this version. */
export class NoPromotionError extends Error {
  override readonly name = 'NoPromotionError';
  constructor(
    readonly deploymentId: string,
    readonly found: string,
  ) {
    super(`deployment ${deploymentId} has no verdict "promote": got ${found}`);
  }
}

/** CloudWatch did not give all that was asked for. */
export class MetricsUnavailableError extends Error {
  override readonly name = 'MetricsUnavailableError';
}
