import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Log } from '../shared/log.port';
import type { Completeness } from './completeness';
import type { CompletenessReport } from './completeness-report.port';
import { watchMetrics } from './watch-metrics.contract';

/** Requests that a line of the log names at most: enough to find the cause. */
const NAMED = 50;

/** Metrics `RecordsMissing` and `MinutesCompared`, and a line in the log for what is missing. */
export class PowertoolsCompletenessReport implements CompletenessReport {
  constructor(
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  compared({ minute, expected, missing }: Completeness): void {
    const routes = Object.entries(missing);
    const count = routes.reduce((sum, [, requests]) => sum + requests.length, 0);
    this.metrics.addMetric(watchMetrics.recordsMissing, MetricUnit.Count, count);
    this.metrics.addMetric(watchMetrics.minutesCompared, MetricUnit.Count, 1);
    this.metrics.publishStoredMetrics();
    if (count === 0) return;
    const named = Object.fromEntries(routes.map(([route, requests]) => [route, requests.slice(0, NAMED)]));
    const minuteText = new Date(minute * 60_000).toISOString();
    this.log.error('records are missing', { minute: minuteText, expected, missing: count, requests: named });
  }
}
