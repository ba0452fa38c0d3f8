import type { LinePlot } from '../harness/plot';
import type { Attempt } from './mixed-load';
import type { Operation, Rollout } from './rollout';

const STEP_SECONDS = 5;

/** Requests to an operation over time, by the version that has answered. */
export const plotVersions = (
  operation: Operation,
  attempts: readonly Attempt[],
  rollouts: readonly Rollout[],
  startedAt: number,
): LinePlot => {
  const slotOf = ({ at }: Attempt): number => Math.floor((at - startedAt) / 1000 / STEP_SECONDS);
  const slots = Array.from({ length: Math.max(0, ...attempts.map(slotOf)) + 1 }, (_, slot) => slot);
  const own = attempts.filter((attempt) => attempt.operation === operation);
  const versions = Map.groupBy(own, ({ version }) => version ?? 'before');
  return {
    kind: 'lines',
    title: `Requests to ${operation} by the version that answered`,
    xLabel: 'seconds',
    yLabel: `requests in ${STEP_SECONDS} s`,
    series: [...versions].map(([name, some]) => {
      const counts = Map.groupBy(some, slotOf);
      return { name, points: slots.map((slot) => [slot * STEP_SECONDS, counts.get(slot)?.length ?? 0] as const) };
    }),
    marks: {
      name: 'rollouts begin',
      at: rollouts.filter((one) => one.operation === operation).map(({ began }) => (began - startedAt) / 1000),
    },
  };
};
