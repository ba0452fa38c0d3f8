import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { RegionReport } from './region-report.port';

/** Metric `RegionInService` of namespace `Tenfold/Regions`, by region alone: health checks look at the alarm on it. */
export class PowertoolsRegionReport implements RegionReport {
  private readonly metrics = new Metrics({ namespace: 'Tenfold/Regions' });

  inService(region: string): void {
    this.metrics.clearDefaultDimensions();
    this.metrics.addDimension('region', region);
    this.metrics.addMetric('RegionInService', MetricUnit.Count, 1);
    this.metrics.publishStoredMetrics();
  }
}
