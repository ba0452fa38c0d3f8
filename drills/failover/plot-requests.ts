import type { LinePlot } from '../harness/plot';
import { plotOverTime } from '../harness/plot-over-time';
import type { Attempt } from './store-client';

/** Requests over time, by the region that they went to and by what came of them. */
export const plotRequests = (attempts: readonly Attempt[], startedAt: number, faultsAt: readonly number[]): LinePlot =>
  plotOverTime(attempts, {
    title: 'Requests of clients by region and outcome',
    timeOf: ({ at }) => at,
    lineOf: ({ region, outcome }) => `${region} ${outcome}`,
    startedAt,
    marks: { name: 'faults', at: faultsAt },
  });
