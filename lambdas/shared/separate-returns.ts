import type { SQSRecord } from 'aws-lambda';
import { receiveCountOf } from './receive-count';

/** Messages of one group, and after how many seconds they are handed out again unless they are handled before. */
export interface SeparateReturn {
  readonly receiptHandles: readonly string[];
  readonly seconds: number;
}

/** Between the returns of two groups, in seconds: enough to receive the first without the second. */
const GAP_SECONDS = 10;

/**
 * When the suspects of a batch come back: groups that were handed out more often than a message is tried. A worker that is
 * killed takes its whole batch along, and SQS would hand out the same messages together again: one that kills its worker every
 * time would cost the others all their tries. So each suspect comes back at a time of its own, but not while this invocation
 * may still run.
 */
export const separateReturns = (
  groups: ReadonlyMap<string, readonly SQSRecord[]>,
  attempts: number,
  remainingMilliseconds: number,
): readonly SeparateReturn[] => {
  // Alone already.
  if (groups.size < 2) return [];
  const suspects = [...groups.values()].filter(([first]) => first !== undefined && receiveCountOf(first) > attempts);
  const ended = Math.ceil(remainingMilliseconds / 1_000);
  return suspects.map((records, index) => ({
    receiptHandles: records.map(({ receiptHandle }) => receiptHandle),
    seconds: ended + (index + 1) * GAP_SECONDS,
  }));
};
