import type { BackfillProgress, BackfillRequest } from '../../lambdas/shared/backfill-entities.contract';

/** Parts that a region's table is worked on in, side by side. */
const SEGMENTS = 4;
/** How long one invocation goes on, in seconds: no longer than an operator likes to wait for Ctrl-C. */
const INVOCATION_SECONDS = 5;

/** A run of a backfill in one region. */
export interface BackfillRun {
  readonly run: string;
  readonly segments: number;
  /** Whether it goes on where an earlier command stopped. */
  readonly resumed: boolean;
}

/** What drives a run. */
export interface BackfillDriver {
  readonly backfill: (request: Omit<BackfillRequest, 'kind'>) => Promise<BackfillProgress>;
  /** Writes per second in this region: a whole number, at least 1. */
  readonly writesPerSecond: number;
  /** Told after each invocation, of all parts together. */
  readonly onProgress: (parts: readonly BackfillProgress[]) => void;
  /** Asked before each invocation; what is under way comes to its end. */
  readonly isStopped: () => boolean;
}

const newestRun = (parts: readonly BackfillProgress[]): readonly BackfillProgress[] => {
  const newest = parts
    .map(({ run }) => run)
    .sort()
    .at(-1);
  return parts.filter(({ run }) => run === newest);
};

/**
 * The run to go on with: the region's newest, unless it is done or was about another version.
 * @param now names a new run; runs sort by their names
 */
export const runOf = (parts: readonly BackfillProgress[], newest: number, now: Date): BackfillRun => {
  const [last, ...others] = newestRun(parts);
  const isOver = (part: BackfillProgress) => [part, ...others].every(({ done }) => done);
  if (last === undefined || last.schemaVersion !== newest)
    return { run: now.toISOString(), segments: SEGMENTS, resumed: false };
  if (isOver(last) && others.length + 1 === last.segments)
    return { run: now.toISOString(), segments: SEGMENTS, resumed: false };
  return { run: last.run, segments: last.segments, resumed: true };
};

/** Works through all parts of a run until they are done, or until it is stopped. */
export const driveRun = async (
  { run, segments }: BackfillRun,
  driver: BackfillDriver,
): Promise<readonly BackfillProgress[]> => {
  const { backfill, writesPerSecond, onProgress, isStopped } = driver;
  const parts = new Map<number, BackfillProgress>();
  // A part takes no less than one write a second.
  const lanes = Math.min(segments, writesPerSecond);
  const workOn = async (segment: number): Promise<void> => {
    const request = { run, segment, segments, writesPerSecond: writesPerSecond / lanes };
    while (parts.get(segment)?.done !== true && !isStopped()) {
      parts.set(segment, await backfill({ ...request, seconds: INVOCATION_SECONDS }));
      onProgress([...parts.values()]);
    }
  };
  const pending = Array.from({ length: segments }, (_, segment) => segment).values();
  const lane = async (): Promise<void> => {
    for (const segment of pending) await workOn(segment);
  };
  const works = Array.from({ length: lanes }, lane);
  // All of them end before the first failure is told: none goes on behind the command's back.
  for (const end of await Promise.allSettled(works)) if (end.status === 'rejected') throw end.reason;
  return [...parts.values()];
};
