import type { LinePlot } from '../harness/plot';
import type { Attempt } from './store-client';

const STEP_SECONDS = 5;

/** Requests over time, by the region that they went to and by what came of them. */
export const plotRequests = (
  attempts: readonly Attempt[],
  startedAt: number,
  faultsAt: readonly number[],
): LinePlot => {
  const slotOf = ({ at }: Attempt): number => Math.floor((at - startedAt) / 1000 / STEP_SECONDS);
  const slots = Array.from({ length: Math.max(0, ...attempts.map(slotOf)) + 1 }, (_, slot) => slot);
  const kinds = Map.groupBy(attempts, ({ region, outcome }) => `${region} ${outcome}`);
  return {
    kind: 'lines',
    title: 'Requests of clients by region and outcome',
    xLabel: 'seconds',
    yLabel: `requests in ${STEP_SECONDS} s`,
    series: [...kinds]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, own]) => {
        const counts = Map.groupBy(own, slotOf);
        return { name, points: slots.map((slot) => [slot * STEP_SECONDS, counts.get(slot)?.length ?? 0] as const) };
      }),
    marks: { name: 'faults', at: faultsAt.map((at) => (at - startedAt) / 1000) },
  };
};
