import type { SQSBatchItemFailure, SQSRecord } from 'aws-lambda';

/** Runs one record. Answers a promise only when there is something to wait for. */
export type RunRecord = (record: SQSRecord, group: string) => Promise<void> | void;

/** Hears of a group that ended early: what is left of it, the record that failed first. */
export type GroupFailed = (left: readonly SQSRecord[], error: unknown) => Promise<void>;

/**
 * Runs a group up to its first failure and answers the records that are left. A record costs a promise only when its
 * handler makes one.
 */
const runGroup = async (
  records: readonly SQSRecord[],
  group: string,
  run: RunRecord,
  groupFailed: GroupFailed,
): Promise<readonly SQSRecord[]> => {
  let done = 0;
  try {
    for (const record of records) {
      const pending = run(record, group);
      if (pending !== undefined) await pending;
      done += 1;
    }
  } catch (error) {
    const left = records.slice(done);
    await groupFailed(left, error);
    return left;
  }
  return [];
};

const groupName = (record: SQSRecord): string => record.attributes.MessageGroupId ?? '';

/** Records by message group, both in order of arrival. */
export const fifoGroups = (records: readonly SQSRecord[]): ReadonlyMap<string, readonly SQSRecord[]> => {
  const groups = new Map<string, SQSRecord[]>();
  for (const record of records) {
    const name = groupName(record);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [record]);
    else group.push(record);
  }
  return groups;
};

/**
 * Runs FIFO groups concurrently, each strictly in order. A group ends at its first failure; the record that failed and all
 * later ones of the group are answered as failures, so that SQS hands them out again in order.
 */
export const runFifoGroups = async (
  groups: ReadonlyMap<string, readonly SQSRecord[]>,
  run: RunRecord,
  groupFailed: GroupFailed,
): Promise<SQSBatchItemFailure[]> => {
  const running: Promise<readonly SQSRecord[]>[] = [];
  for (const [name, records] of groups) running.push(runGroup(records, name, run, groupFailed));
  const failures: SQSBatchItemFailure[] = [];
  for (const left of await Promise.all(running)) {
    for (const { messageId } of left) failures.push({ itemIdentifier: messageId });
  }
  return failures;
};
