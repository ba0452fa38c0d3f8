import { setTimeout } from 'node:timers/promises';
import type { Timer } from './timer.port';

/** The machine's timer; does not keep the process alive. */
export const systemTimer: Timer = {
  after: async (milliseconds) => {
    await setTimeout(milliseconds, undefined, { ref: false });
  },
};
