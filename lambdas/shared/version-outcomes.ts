import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { versionOutcomes } from './version-outcomes.contract';

/** What Lambda says of an invocation. */
export type Invocation = Pick<Context, 'functionName' | 'functionVersion' | 'invokedFunctionArn'>;

/** What an answer says of the version that has given it. */
export type VersionOutcome = 'failures' | 'refusals';

let made: Metrics | undefined;

/** Counts an answer against the version that has given it, and against the alias by which it was called. */
export const countVersionOutcome = (
  outcome: VersionOutcome,
  { functionName, functionVersion, invokedFunctionArn }: Invocation,
): void => {
  made ??= new Metrics({ namespace: versionOutcomes.namespace });
  const [, , , , , , , qualifier] = invokedFunctionArn.split(':');
  made.clearDefaultDimensions();
  made.addDimensions({
    FunctionName: functionName,
    Resource: qualifier === undefined ? functionName : `${functionName}:${qualifier}`,
    ExecutedVersion: functionVersion,
  });
  made.addMetric(versionOutcomes[outcome], MetricUnit.Count, 1);
  made.publishStoredMetrics();
};
