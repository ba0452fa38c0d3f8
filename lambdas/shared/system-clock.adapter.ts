import type { Clock } from './clock.port';

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };
