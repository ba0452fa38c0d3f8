import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { clientConfig } from '../../deployment/aws-clients';
import { alarmState, type WatchedAlarm } from './alarm-state';
import type { AlarmState } from './health-check';

const LIMIT_MILLISECONDS = 2_000;

/** Watches the metrics of alarms, as Route 53 does: the definition is the alarm's, the state is found from the metric. */
export interface AlarmWatch {
  /** @param factor by how much the periods are shorter than defined */
  stateOf(alarm: { readonly name: string; readonly region: string }, factor: number): Promise<AlarmState>;
  close(): void;
}

/**
 * Watches alarms of an emulator, whose own alarms look neither at dimensions nor at missing data. A region that does not
 * answer sends no data either, so all of it is missing there.
 */
export const alarmWatch = (endpoint: string, now: () => number = Date.now): AlarmWatch => {
  const definitions = new Map<string, WatchedAlarm>();
  const states = new Map<string, AlarmState>();
  const clients = new Map<string, CloudWatchClient>();
  const clientOf = (region: string): CloudWatchClient => {
    const known =
      clients.get(region) ?? new CloudWatchClient({ ...clientConfig({ endpoint, region }), maxAttempts: 1 });
    clients.set(region, known);
    return known;
  };
  return {
    stateOf: async ({ name, region }, factor) => {
      const key = `${region}/${name}`;
      const abortSignal = AbortSignal.timeout(LIMIT_MILLISECONDS);
      const client = clientOf(region);
      const read = async (): Promise<readonly (number | undefined)[]> => {
        const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [name] }), {
          abortSignal,
        });
        const [found] = MetricAlarms;
        if (found === undefined) definitions.delete(key);
        else definitions.set(key, watchedAlarm(found));
        const definition = definitions.get(key);
        return definition === undefined ? [] : readValues(client, definition, { factor, now: now(), abortSignal });
      };
      // Of a region that does not answer nothing is known but the definition: its data are missing.
      const values = await read().catch(() => undefined);
      const definition = definitions.get(key);
      if (definition === undefined) return 'INSUFFICIENT_DATA';
      const nothing = Array.from({ length: definition.evaluationPeriods }, () => undefined);
      const state = alarmState(definition, values ?? nothing, states.get(key) ?? 'INSUFFICIENT_DATA');
      states.set(key, state);
      return state;
    },
    close: () => {
      for (const client of clients.values()) client.destroy();
    },
  };
};

interface Reading {
  readonly factor: number;
  readonly now: number;
  readonly abortSignal: AbortSignal;
}

/** Values of the last whole periods, oldest first. */
const readValues = async (
  client: CloudWatchClient,
  alarm: WatchedAlarm,
  { factor, now, abortSignal }: Reading,
): Promise<readonly (number | undefined)[]> => {
  const period = Math.max(1, Math.round(alarm.periodSeconds / factor));
  const end = Math.floor(now / 1000 / period) * period;
  const start = end - period * alarm.evaluationPeriods;
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: alarm.namespace,
      MetricName: alarm.metricName,
      Dimensions: [...alarm.dimensions],
      Statistics: [alarm.statistic],
      Period: period,
      StartTime: new Date(start * 1000),
      EndTime: new Date(end * 1000),
    }),
    { abortSignal },
  );
  const byStart = new Map(
    Datapoints.map((point) => [Math.round((point.Timestamp?.getTime() ?? 0) / 1000), point[alarm.statistic]]),
  );
  return Array.from({ length: alarm.evaluationPeriods }, (_, index) => byStart.get(start + index * period));
};

const comparisons: readonly WatchedAlarm['comparison'][] = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
];
const missingDataRules: readonly WatchedAlarm['missingData'][] = ['breaching', 'notBreaching', 'ignore', 'missing'];

/** An alarm of CloudWatch's API as far as a health check looks at it. */
export const watchedAlarm = (alarm: MetricAlarm): WatchedAlarm => {
  const evaluationPeriods = alarm.EvaluationPeriods ?? 1;
  return {
    namespace: alarm.Namespace ?? '',
    metricName: alarm.MetricName ?? '',
    dimensions: (alarm.Dimensions ?? []).map(({ Name = '', Value = '' }) => ({ Name, Value })),
    statistic: alarm.Statistic ?? 'Average',
    periodSeconds: alarm.Period ?? 60,
    evaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? evaluationPeriods,
    threshold: alarm.Threshold ?? 0,
    comparison: comparisons.find((known) => known === alarm.ComparisonOperator) ?? 'GreaterThanOrEqualToThreshold',
    missingData: missingDataRules.find((known) => known === alarm.TreatMissingData) ?? 'missing',
  };
};
