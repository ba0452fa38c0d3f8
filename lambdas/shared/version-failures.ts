import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { versionFailures } from './version-failures.contract';

/** What Lambda says of an invocation. */
export type Invocation = Pick<Context, 'functionName' | 'functionVersion' | 'invokedFunctionArn'>;

let made: Metrics | undefined;

/** Counts a failure against the version that has answered it, and against the alias by which it was called. */
export const countVersionFailure = ({ functionName, functionVersion, invokedFunctionArn }: Invocation): void => {
  made ??= new Metrics({ namespace: versionFailures.namespace });
  const [, , , , , , , qualifier] = invokedFunctionArn.split(':');
  made.clearDefaultDimensions();
  made.addDimensions({
    FunctionName: functionName,
    Resource: qualifier === undefined ? functionName : `${functionName}:${qualifier}`,
    ExecutedVersion: functionVersion,
  });
  made.addMetric(versionFailures.metricName, MetricUnit.Count, 1);
  made.publishStoredMetrics();
};
