import { type CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { versionOutcomes } from '../shared/version-outcomes.contract';
import type { ServedSample } from './canary-verdict';
import { latencyBounds } from './latency-histogram';
import { MetricsUnavailableError } from './release.errors';
import type { ServedVersion, VersionMetrics } from './version-metrics.port';

/** Lambda's metrics have a value a minute. */
const minuteSeconds = 60;

/**
 * `TC(a:b)`, trimmed count: how many values are greater than a and at most b
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html). One for each bin is a histogram, exactly.
 */
const latencyStatistics: readonly string[] = [...latencyBounds, undefined].map(
  (bound, bin) => `TC(${bin === 0 ? '' : (latencyBounds[bin - 1] ?? '')}:${bound ?? ''})`,
);

/** Lambda's own metrics of a version behind an alias, and what its routes tell of failures and refusals that they have answered. */
export class CloudWatchVersionMetrics implements VersionMetrics {
  private readonly period: number;

  /** @param windowSeconds what ranges are multiples of; whole minutes are asked for by the minute */
  constructor(
    private readonly client: CloudWatchClient,
    windowSeconds: number,
  ) {
    this.period = windowSeconds % minuteSeconds === 0 ? minuteSeconds : 1;
  }

  async sampleOf(
    served: ServedVersion,
    { from, to }: { readonly from: Date; readonly to: Date },
  ): Promise<ServedSample> {
    const { namespace, failures, refusals } = versionOutcomes;
    // CloudWatch rounds down: it would add the minute in which the old version still had all requests.
    const [StartTime, EndTime] = [this.nextPeriod(from), this.nextPeriod(to)];
    const MetricDataQueries = [
      this.query(served, 'requests', 'AWS/Lambda', 'Invocations', 'Sum'),
      this.query(served, 'errors', 'AWS/Lambda', 'Errors', 'Sum'),
      this.query(served, 'failures', namespace, failures, 'Sum'),
      this.query(served, 'refusals', namespace, refusals, 'Sum'),
      ...latencyStatistics.map((stat, bin) => this.query(served, `bin${bin}`, 'AWS/Lambda', 'Duration', stat)),
    ];
    const sums = new Map<string, number>();
    const statuses = new Map<string, string | undefined>();
    const pages = paginateGetMetricData({ client: this.client }, { MetricDataQueries, StartTime, EndTime });
    for await (const { MetricDataResults = [] } of pages) {
      for (const { Id = '', Values = [], StatusCode } of MetricDataResults) {
        // PartialData until its last page.
        statuses.set(Id, StatusCode);
        sums.set(
          Id,
          Values.reduce((sum, value) => sum + value, sums.get(Id) ?? 0),
        );
      }
    }
    const open = MetricDataQueries.find(({ Id = '' }) => statuses.get(Id) !== 'Complete')?.Id;
    if (open !== undefined) {
      const status = statuses.get(open) ?? 'unanswered';
      throw new MetricsUnavailableError(`${open} of ${served.functionName}:${served.version} is ${status}`);
    }
    const of = (id: string): number => Math.round(sums.get(id) ?? 0);
    const requests = of('requests');
    return {
      requests,
      failures: Math.min(requests, of('errors') + of('failures')),
      refusals: Math.min(requests, of('refusals')),
      latency: latencyStatistics.map((_, bin) => of(`bin${bin}`)),
    };
  }

  private nextPeriod(at: Date): Date {
    const milliseconds = this.period * 1000;
    return new Date(Math.ceil(at.getTime() / milliseconds) * milliseconds);
  }

  private query(
    { functionName, alias, version }: ServedVersion,
    Id: string,
    Namespace: string,
    MetricName: string,
    Stat: string,
  ): MetricDataQuery {
    const Dimensions = [
      { Name: 'FunctionName', Value: functionName },
      { Name: 'Resource', Value: `${functionName}:${alias}` },
      { Name: 'ExecutedVersion', Value: version },
    ];
    return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: this.period, Stat } };
  }
}
