import type { LinePlot } from '../harness/plot';
import { plotOverTime } from '../harness/plot-over-time';
import type { Attempt } from './mixed-load';
import type { Operation, Rollout } from './rollout';

/** Requests to an operation over time, by the version that has answered. */
export const plotVersions = (
  operation: Operation,
  attempts: readonly Attempt[],
  rollouts: readonly Rollout[],
  startedAt: number,
): LinePlot =>
  plotOverTime(
    attempts.filter((attempt) => attempt.operation === operation),
    {
      title: `Requests to ${operation} by the version that answered`,
      timeOf: ({ at }) => at,
      lineOf: ({ version }) => version ?? 'before',
      startedAt,
      marks: {
        name: 'rollouts begin',
        at: rollouts.filter((one) => one.operation === operation).map(({ began }) => began),
      },
    },
  );
