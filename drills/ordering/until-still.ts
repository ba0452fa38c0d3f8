import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MILLISECONDS = 500;

/** What is looked at until it is as wanted, or nothing happens any more. */
export interface Watched<T> {
  readonly look: () => Promise<T>;
  readonly isDone: (seen: T) => boolean;
  /** What has to change for something to happen. */
  readonly shown: (seen: T) => string;
  /** After how long without a change nothing is waited for any more. */
  readonly stillSeconds: number;
}

/** Looks until it is as wanted, or has not changed for so long that it never will; answers what was seen last. */
export const untilStill = async <T>({ look, isDone, shown, stillSeconds }: Watched<T>): Promise<T> => {
  let before = '';
  let since = Date.now();
  for (;;) {
    const seen = await look();
    if (isDone(seen)) return seen;
    const now = shown(seen);
    if (now !== before) [before, since] = [now, Date.now()];
    if (Date.now() - since > stillSeconds * 1000) return seen;
    await sleep(LOOK_MILLISECONDS);
  }
};
