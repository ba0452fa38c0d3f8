import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { CanaryVerdict } from './canary-verdict';
import type { VerdictReport } from './verdict-report.port';

/** Metric `Verdicts` of namespace `Tenfold/Release`, by operation and verdict. */
export class PowertoolsVerdictReport implements VerdictReport {
  private readonly metrics = new Metrics({ namespace: 'Tenfold/Release' });

  judged(operation: string, verdict: CanaryVerdict['verdict']): void {
    this.metrics.clearDefaultDimensions();
    this.metrics.addDimensions({ operation, verdict });
    this.metrics.addMetric('Verdicts', MetricUnit.Count, 1);
    this.metrics.publishStoredMetrics();
  }
}
