import { createHash } from 'node:crypto';
import type { LogPage, LogPoint, LogShard, OrderedLog } from '../../../lambdas/shared/ordered-log.port';
import { type StreamRecord, sortableSequenceNumber } from '../../../lambdas/shared/stream-record';

const FULL = 2n ** 128n - 1n;
/** Kinesis numbers records with 56 digits. */
const FIRST_NUMBER = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n;

interface Shard {
  readonly shardId: string;
  readonly parents: readonly string[];
  readonly from: bigint;
  readonly to: bigint;
  readonly records: StreamRecord[];
  closed: boolean;
}

const hashOf = (partitionKey: string): bigint => BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);

/** A log with shards that can be split and merged, as Kinesis describes them: a closed shard stays readable. */
export class InMemoryOrderedLog implements OrderedLog {
  readonly all: Shard[] = [];
  /** Records that a page holds. */
  pageSize = 100;
  /** Pages that were read. */
  pages = 0;
  private numbered = 0n;

  constructor(
    shards: number,
    private readonly now: () => number,
    private readonly region = 'sa-east-1',
  ) {
    const size = (FULL + 1n) / BigInt(shards);
    for (let index = 0; index < shards; index += 1) {
      const from = size * BigInt(index);
      this.open([], from, index === shards - 1 ? FULL : from + size - 1n);
    }
  }

  /** Appends a record to the shard of its key. */
  put(partitionKey: string, text: string | Buffer): StreamRecord {
    const hash = hashOf(partitionKey);
    const shard = this.all.find(({ closed, from, to }) => !closed && from <= hash && hash <= to);
    if (shard === undefined) throw new Error(`no shard takes ${partitionKey}`);
    this.numbered += 1n;
    const { shardId } = shard;
    const sequenceNumber = String(FIRST_NUMBER + this.numbered);
    const place = { lane: `${this.region}:${shardId}`, shardId, sequenceNumber, arrivedAt: this.now() };
    const record = { place, partitionKey, data: Buffer.from(text).toString('base64') };
    shard.records.push(record);
    return record;
  }

  split(shardId: string): void {
    const shard = this.close(shardId);
    const middle = (shard.from + shard.to) / 2n;
    this.open([shardId], shard.from, middle);
    this.open([shardId], middle + 1n, shard.to);
  }

  /** Merges two shards that lie beside each other. */
  merge(one: string, other: string): void {
    const [first, second] = [this.close(one), this.close(other)].sort((a, b) => (a.from < b.from ? -1 : 1));
    if (!first || !second || first.to + 1n !== second.from) throw new Error(`${one} and ${other} are no neighbours`);
    this.open([one, other], first.from, second.to);
  }

  async shards(): Promise<readonly LogShard[]> {
    return this.all.map(({ shardId, parents, from, to }) => ({
      shardId,
      parents,
      hashes: { from: String(from), to: String(to) },
    }));
  }

  async read(
    shardId: string,
    from: LogPoint | { readonly kind: 'next'; readonly next: string },
    limit = this.pageSize,
  ): Promise<LogPage> {
    const shard = this.all.find((one) => one.shardId === shardId);
    if (shard === undefined) throw new Error(`no shard ${shardId}`);
    this.pages += 1;
    const start = from.kind === 'next' ? Number(from.next) : indexOf(shard.records, from);
    const end = Math.min(shard.records.length, start + limit);
    const records = shard.records.slice(start, end);
    const isAtEnd = end === shard.records.length;
    const behindMs = isAtEnd ? 0 : Math.max(1, this.now() - (shard.records[end]?.place.arrivedAt ?? 0));
    return { records, ...(!(isAtEnd && shard.closed) && { next: String(end) }), behindMs };
  }

  private open(parents: readonly string[], from: bigint, to: bigint): void {
    const shardId = `shardId-${String(this.all.length).padStart(12, '0')}`;
    this.all.push({ shardId, parents, from, to, records: [], closed: false });
  }

  private close(shardId: string): Shard {
    const shard = this.all.find((one) => one.shardId === shardId && !one.closed);
    if (shard === undefined) throw new Error(`no open shard ${shardId}`);
    shard.closed = true;
    return shard;
  }
}

const indexOf = (records: readonly StreamRecord[], point: LogPoint): number => {
  const found = records.findIndex(({ place }) => {
    switch (point.kind) {
      case 'horizon':
        return true;
      case 'time':
        return place.arrivedAt >= point.at;
      case 'at':
        return sortableSequenceNumber(place.sequenceNumber) >= sortableSequenceNumber(point.sequenceNumber);
      case 'after':
        return sortableSequenceNumber(place.sequenceNumber) > sortableSequenceNumber(point.sequenceNumber);
    }
  });
  return found === -1 ? records.length : found;
};
