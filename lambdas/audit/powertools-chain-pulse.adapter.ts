import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Log } from '../shared/log.port';
import type { ChainPulse } from './chain-pulse.port';
import { watchMetrics } from './watch-metrics.contract';

/** Metric `ShardsKeepUp`, and a line in the log for shards that do not. */
export class PowertoolsChainPulse implements ChainPulse {
  constructor(
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  felt(behind: readonly string[]): void {
    this.metrics.addMetric(watchMetrics.shardsKeepUp, MetricUnit.Count, behind.length === 0 ? 1 : 0);
    this.metrics.publishStoredMetrics();
    if (behind.length > 0) this.log.error('records are not chained', { shards: behind });
  }
}
