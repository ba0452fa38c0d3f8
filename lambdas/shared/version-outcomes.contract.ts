/**
 * The metrics by which a function that answers failures and refusals, instead of throwing them, tells which of its versions has done so. They have
 * the dimensions that Lambda's own metrics have for the versions behind an alias: `FunctionName`, `Resource` (`<name>:<alias>`) and
 * `ExecutedVersion`
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
 */
export const versionOutcomes = {
  namespace: 'Tenfold',
  /** Answers of 5xx: the version's fault. */
  failures: 'Failures',
  /** Answers of 4xx: the caller's fault, if the version is right. */
  refusals: 'Refusals',
} as const;
