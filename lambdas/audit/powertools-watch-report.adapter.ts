import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Log } from '../shared/log.port';
import type { AccessFinding } from './access-finding';
import { watchMetrics } from './watch-metrics.contract';
import type { WatchReport } from './watch-report.port';

/** Metrics `UnusualAccess`, by rule, and `UnreadableRecords`, each with a line in the log. */
export class PowertoolsWatchReport implements WatchReport {
  constructor(
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  found({ rule, findingId, severity, facts, region }: AccessFinding): void {
    const single = this.metrics.singleMetric();
    single.addDimension(watchMetrics.ruleDimension, rule);
    single.addMetric(watchMetrics.unusualAccess, MetricUnit.Count, 1);
    this.log.warn('unusual access', { findingId, rule, severity, facts, region });
  }

  unreadable(sequenceNumber: string, issue: string): void {
    this.metrics.addMetric(watchMetrics.unreadableRecords, MetricUnit.Count, 1);
    this.metrics.publishStoredMetrics();
    this.log.error('audit record is unreadable', { sequenceNumber, issue });
  }
}
