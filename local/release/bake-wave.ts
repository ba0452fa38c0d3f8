import { messageOf } from '../message-of';
import type { RegionWatch } from './region-watch.port';
import { TrainStoppedError } from './release.errors';
import { troubleMark } from './trouble-mark';

/** The time of a bake; in the embedded cloud it passes faster. */
export interface BakeTime {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
}

export interface Bake {
  readonly wave: string;
  readonly watches: readonly RegionWatch[];
  /** When it is over, milliseconds since the epoch. */
  readonly until: number;
  /** From one look to the next. */
  readonly lookMilliseconds: number;
  /** Marks of what rang before: it is not held against this wave as long as it goes on. */
  readonly despite: readonly string[];
  readonly time: BakeTime;
  /** Called before each look. @throws TrainAbortedError the train was aborted */
  readonly stillOurs: () => Promise<void>;
  readonly note: (line: string) => void;
}

/** Something that is wrong in a region. */
export interface Wrong {
  /** For people. */
  readonly text: string;
  /** `troubleMark` of it; none when it cannot be told whether the region is well. */
  readonly mark?: string;
}

/** What is wrong in a region. @throws Error it cannot be told */
export const seenWrongIn = async (watch: RegionWatch): Promise<readonly Required<Wrong>[]> => {
  const { region } = watch;
  const troubles = await watch.troubles();
  return troubles.map(({ name, what }) => ({ text: `${region}: ${name} (${what})`, mark: troubleMark(region, name) }));
};

/** What is wrong in a region; what cannot be told is wrong, too. */
export const wrongIn = async (watch: RegionWatch): Promise<readonly Wrong[]> => {
  try {
    return await seenWrongIn(watch);
  } catch (error) {
    return [{ text: `${watch.region}: cannot be told whether it is well (${messageOf(error)})` }];
  }
};

/**
 * Watches a wave's regions until its time is over. There is a look at the very end, so that nothing of the time is unwatched.
 * @throws TrainStoppedError something rings, or cannot be read
 * @throws TrainAbortedError the train was aborted
 */
export const bakeWave = async (bake: Bake): Promise<void> => {
  const { wave, watches, until, lookMilliseconds, despite, time, stillOurs, note } = bake;
  let known = despite;
  for (;;) {
    const left = until - time.now();
    await stillOurs();
    const wrong = (await Promise.all(watches.map(wrongIn))).flat();
    const found = wrong.filter(({ mark }) => mark === undefined || !known.includes(mark));
    if (found.length > 0)
      throw new TrainStoppedError(`${wave} has baked badly: ${found.map(({ text }) => text).join('; ')}`);
    // What is quiet now, and rings later, has begun to ring.
    known = wrong.flatMap(({ mark = [] }) => mark);
    if (left <= 0) return;
    note(`all is quiet, ${Math.ceil(left / 1000)} s left`);
    await time.pause(Math.min(lookMilliseconds, left));
  }
};
