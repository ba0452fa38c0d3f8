import type { RegionWatch } from './region-watch.port';
import { TrainStoppedError } from './release.errors';

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
  /** What rang before, and is not held against this wave: `<region>/<name>`. */
  readonly despite: readonly string[];
  readonly time: BakeTime;
  /** Called before each look. @throws TrainAbortedError the train was aborted */
  readonly stillOurs: () => Promise<void>;
  readonly note: (line: string) => void;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What is wrong in a region, but for what is known; what cannot be told is wrong, too. */
export const newTroubles = async (watch: RegionWatch, despite: readonly string[]): Promise<readonly string[]> => {
  try {
    const troubles = await watch.troubles();
    return troubles
      .filter(({ name }) => !despite.includes(`${watch.region}/${name}`))
      .map(({ name, what }) => `${watch.region}: ${name} (${what})`);
  } catch (error) {
    return [`${watch.region}: cannot be told whether it is well (${messageOf(error)})`];
  }
};

/**
 * Watches a wave's regions until its time is over. There is a look at the very end, so that nothing of the time is unwatched.
 * @throws TrainStoppedError something rings, or cannot be read
 * @throws TrainAbortedError the train was aborted
 */
export const bakeWave = async (bake: Bake): Promise<void> => {
  const { wave, watches, until, lookMilliseconds, despite, time, stillOurs, note } = bake;
  for (;;) {
    const left = until - time.now();
    await stillOurs();
    const found = (await Promise.all(watches.map((watch) => newTroubles(watch, despite)))).flat();
    if (found.length > 0) throw new TrainStoppedError(`${wave} has baked badly: ${found.join('; ')}`);
    if (left <= 0) return;
    note(`all is quiet, ${Math.ceil(left / 1000)} s left`);
    await time.pause(Math.min(lookMilliseconds, left));
  }
};
