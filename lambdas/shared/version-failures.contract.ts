/**
 * The metric by which a function that answers failures, instead of throwing them, tells that a version of it has failed. It has the
 * dimensions that Lambda's own metrics have for the versions behind an alias: `FunctionName`, `Resource` (`<name>:<alias>`) and
 * `ExecutedVersion`
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
 */
export const versionFailures = { namespace: 'Tenfold', metricName: 'Failures' } as const;
