import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Log } from './log.port';
import type { RelayReport } from './relay-report.port';

/** Metrics `OutboxLag`, `EventsPublished`, `RowsParked` and `RowsPostponed`, and a log line for what went wrong. */
export class PowertoolsRelayReport implements RelayReport {
  constructor(
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  published(lagMs: number): void {
    this.metrics.addMetric('OutboxLag', MetricUnit.Milliseconds, lagMs);
    this.metrics.addMetric('EventsPublished', MetricUnit.Count, 1);
  }

  parked(subject: string, reason: string): void {
    this.metrics.addMetric('RowsParked', MetricUnit.Count, 1);
    this.log.error('outbox row parked', { subject, reason });
  }

  postponed(subject: string, reason: string): void {
    this.metrics.addMetric('RowsPostponed', MetricUnit.Count, 1);
    this.log.warn('outbox row postponed', { subject, reason });
  }
}
