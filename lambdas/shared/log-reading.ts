import { createHash } from 'node:crypto';
import type { LogPoint, LogShard, OrderedLog } from './ordered-log.port';
import type { StreamRecord } from './stream-record';

/** Most pages of a shard that one search reads: at 10 MB a page some 2 GB. */
const MAX_PAGES = 200;

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

/** Reads a shard for the records of some keys. Answers whether it was read to its end, or as far as `found` wanted. */
export const searchShard = async (
  source: OrderedLog,
  shardId: string,
  { partitionKeys, from, hasTime, found }: LogSearch,
): Promise<boolean> => {
  let at: Parameters<OrderedLog['read']>[1] = from;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    if (!hasTime()) return false;
    const { records, next, behindMs } = await source.read(shardId, at);
    const theirs = records.filter(({ partitionKey }) => partitionKeys.has(partitionKey));
    if (theirs.length > 0 && !(await found(theirs))) return true;
    if (next === undefined || behindMs === 0) return true;
    at = { kind: 'next', next };
  }
  return false;
};
