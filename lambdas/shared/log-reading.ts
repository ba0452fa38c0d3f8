import { createHash } from 'node:crypto';
import type { LogPoint, LogShard, OrderedLog } from './ordered-log.port';
import type { StreamRecord } from './stream-record';

/** The shards that take, or took, the records of a partition key. */
export const shardsOf = (shards: readonly LogShard[], partitionKey: string): ReadonlySet<string> => {
  const hash = BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
  const theirs = shards.filter(({ hashes }) => BigInt(hashes.from) <= hash && hash <= BigInt(hashes.to));
  return new Set(theirs.map(({ shardId }) => shardId));
};

/** What is looked for. */
export interface LogSearch {
  readonly partitionKeys: ReadonlySet<string>;
  readonly from: LogPoint;
  readonly hasTime: () => boolean;
  /** Takes what was found, in the order of the log; answers whether to go on. */
  readonly found: (records: readonly StreamRecord[]) => Promise<boolean>;
}

/** How far a search has come in a shard. */
export interface LogSearched {
  /** Whether the shard was read to its end, or as far as `found` wanted. */
  readonly isDone: boolean;
  /** The last record that was read, of whatever key. */
  readonly last?: StreamRecord;
  /** How far behind the shard's end the last page was, in milliseconds; absent when none was read. */
  readonly behindMs?: number;
}

/** Reads a shard for the records of some keys, for as long as there is time. */
export const searchShard = async (
  source: OrderedLog,
  shardId: string,
  { partitionKeys, from, hasTime, found }: LogSearch,
): Promise<LogSearched> => {
  let at: Parameters<OrderedLog['read']>[1] = from;
  let read: Omit<LogSearched, 'isDone'> = {};
  while (hasTime()) {
    const { records, next, behindMs } = await source.read(shardId, at);
    const theirs = records.filter(({ partitionKey }) => partitionKeys.has(partitionKey));
    const goesOn = theirs.length === 0 || (await found(theirs));
    const last = records.at(-1);
    read = { ...(last && { last }), behindMs };
    if (!goesOn || next === undefined || behindMs === 0) return { ...read, isDone: true };
    at = { kind: 'next', next };
  }
  return { ...read, isDone: false };
};
