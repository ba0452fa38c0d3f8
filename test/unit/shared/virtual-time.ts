import type { Clock } from '../../../lambdas/shared/clock.port';

/** A clock that only waiting moves. */
export const virtualTime = (
  start = Date.UTC(2026, 10, 26),
): { readonly clock: Clock; readonly wait: (milliseconds: number) => Promise<void> } => {
  let now = start;
  return {
    clock: { now: () => new Date(now) },
    wait: async (milliseconds) => {
      now += milliseconds;
    },
  };
};
