import type { AlarmState } from './health-check';

/** A CloudWatch alarm on one metric, as far as a health check looks at it. */
export interface WatchedAlarm {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'SampleCount' | 'Sum';
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  /** How many of them must breach. */
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison:
    | 'GreaterThanOrEqualToThreshold'
    | 'GreaterThanThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold';
  readonly missingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
}

const breaches = ({ comparison, threshold }: WatchedAlarm, value: number): boolean => {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
  }
};

/**
 * The state that follows from the last periods' values. CloudWatch looks back further when values are missing; here only
 * the evaluation periods count, which for an alarm that treats missing data as breaching is the same.
 * @param values one a period, `undefined` where there is none
 */
export const alarmState = (
  alarm: WatchedAlarm,
  values: readonly (number | undefined)[],
  previous: AlarmState,
): AlarmState => {
  const { missingData, datapointsToAlarm } = alarm;
  const there = values.filter((value) => value !== undefined);
  if (there.length === 0 && missingData === 'missing') return 'INSUFFICIENT_DATA';
  if (there.length === 0 && missingData === 'ignore') return previous;
  const missing = missingData === 'breaching' ? values.length - there.length : 0;
  const breaching = there.filter((value) => breaches(alarm, value)).length + missing;
  return breaching >= datapointsToAlarm ? 'ALARM' : 'OK';
};
