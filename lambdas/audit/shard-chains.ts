import { createHash } from 'node:crypto';
import type { AccessRecord, RecordClass } from '../shared/access-record.contract';
import { type ChainHead, emptyChain, lineOf, linkBehind } from '../shared/hash-chain';
import type { AuditTick } from './audit-tick.contract';
import { chainHour } from './chain-hour';
import type { SkippedTicks } from './shard-chains.contract';
import { streamContent } from './stream-content';

/** A chain that a shard adds to. Times are those of arrival, RFC 3339 in UTC. */
export interface OpenChain extends ChainHead {
  readonly class: RecordClass;
  /** The hour of arrival that the chain is about, for example `2026-11-26T20`. */
  readonly hour: string;
  readonly firstTime: string;
  readonly lastTime: string;
}

/** How far a shard's records are chained. */
export interface ShardPosition {
  /** The last record that was looked at. @default none */
  readonly sequenceNumber?: string;
  /** The hour that the shard has come to; none that arrives later belongs to an earlier one. */
  readonly hour: string;
  /** The hour's chains: one a class at most. */
  readonly open: readonly OpenChain[];
  /** When the last record arrived that was looked at. @default it was not noted yet */
  readonly arrivedAt?: string;
  /** Number of the last tick. @default ticks were not numbered yet */
  readonly tick?: number;
}

/** A record of the stream. */
export interface Arrival {
  readonly sequenceNumber: string;
  readonly arrivedAt: Date;
  readonly data: Buffer;
}

/** What a batch makes of a position. */
export interface Chaining {
  readonly position: ShardPosition;
  /** Chains that nothing can be added to any more. */
  readonly closed: readonly OpenChain[];
  /** Lines to be stored, by class, in order. */
  readonly lines: { readonly [Class in RecordClass]: readonly string[] };
}

/** Where the shard is. */
export interface ShardPlace {
  readonly region: string;
  readonly shardId: string;
}

type Kept = { readonly class: RecordClass; readonly record: AccessRecord | UnreadableRecord | SkippedTicks };

/** What is kept of a record that does not fit the contract: all of it, as base64. */
interface UnreadableRecord {
  readonly unreadable: string;
  /** Which part of it this is, 1, 2, 3 …, of how many, and the SHA-256 of the whole. @default it is all */
  readonly part?: number;
  readonly parts?: number;
  readonly sha256?: string;
}

/** Bytes of a record in one link: as base64 in a line they stay below what Firehose takes as one record, which is 1,024,000. */
const PART_BYTES = 524_288;

/** Nothing is dropped, and no shard waits for it: whoever can write to the stream and writes this is of interest to an auditor. */
const unreadableParts = (data: Buffer): readonly Kept[] => {
  const parts = Math.max(1, Math.ceil(data.length / PART_BYTES));
  const sha256 = createHash('sha256').update(data).digest('hex');
  return Array.from({ length: parts }, (_, at): Kept => {
    const unreadable = data.toString('base64', at * PART_BYTES, (at + 1) * PART_BYTES);
    return { class: 'security', record: { unreadable, ...(parts > 1 && { part: at + 1, parts, sha256 }) } };
  });
};

/** What a chain is called. Every class has its own, because classes are kept for different times. */
export const chainName = ({ region, shardId }: ShardPlace, recordClass: RecordClass, hour: string): string =>
  `${region}/${recordClass}/${shardId}/${hour}`;

/** Whether a sequence number of Kinesis is behind another one: they are numbers too long for a number. */
const isBehind = (one: string, other: string | undefined): boolean =>
  other === undefined || BigInt(one) > BigInt(other);

const extended = (place: ShardPlace, open: OpenChain | undefined, arrival: Arrival, hour: string, kept: Kept) => {
  const time = arrival.arrivedAt.toISOString();
  const name = chainName(place, kept.class, hour);
  const head = open ?? { ...emptyChain(name), class: kept.class, hour, firstTime: time, lastTime: time };
  const link = linkBehind(head, kept.record);
  const chain: OpenChain = { ...head, count: link.index, hash: link.hash, lastTime: time };
  return { chain, line: lineOf(link) };
};

/** What a tick says, and what is kept when those before it never came: whoever was to chain was kept from reading. */
const tickOf = (
  { shardId, number }: AuditTick,
  place: ShardPlace,
  known: number | undefined,
  between: { readonly after: string; readonly before: string },
): { readonly tick: number | undefined; readonly kept: readonly Kept[] } => {
  if (number === undefined || shardId !== place.shardId) return { tick: known, kept: [] };
  const tick = Math.max(number, known ?? 0);
  if (known === undefined || number <= known + 1) return { tick, kept: [] };
  return { tick, kept: [{ class: 'security', record: { skipped: { from: known + 1, to: number - 1, ...between } } }] };
};

/**
 * Chains a batch of a shard's records. The lines of a record depend on the records before it in the shard and on nothing else: not on how
 * they are cut into batches and not on how often they come, so a repeat makes the same lines.
 */
export const chainArrivals = (
  place: ShardPlace,
  position: ShardPosition | undefined,
  arrivals: readonly Arrival[],
): Chaining => {
  let { hour, open, tick, arrivedAt }: ShardPosition = position ?? { hour: '', open: [], tick: 0 };
  let last = position?.sequenceNumber;
  const closed: OpenChain[] = [];
  const lines = { access: [] as string[], security: [] as string[] };
  const keptOf = (data: Buffer, before: string): readonly Kept[] => {
    const content = streamContent(data);
    switch (content.kind) {
      case 'tick': {
        const told = tickOf(content.tick, place, tick, { after: last ?? '', before });
        tick = told.tick;
        return told.kept;
      }
      case 'record':
        return [{ class: content.record.class, record: content.record }];
      case 'unreadable':
        return unreadableParts(data);
    }
  };
  for (const arrival of arrivals) {
    if (!isBehind(arrival.sequenceNumber, last)) continue;
    const kept = keptOf(arrival.data, arrival.sequenceNumber);
    last = arrival.sequenceNumber;
    arrivedAt = arrival.arrivedAt.toISOString();
    const arrived = chainHour(arrival.arrivedAt);
    // Kinesis does not promise that times of arrival only rise: who comes with an earlier hour belongs to this one.
    if (arrived > hour) {
      closed.push(...open);
      open = [];
      hour = arrived;
    }
    for (const one of kept) {
      const added = extended(
        place,
        open.find((chain) => chain.class === one.class),
        arrival,
        hour,
        one,
      );
      lines[added.chain.class].push(added.line);
      open = [...open.filter((chain) => chain.class !== added.chain.class), added.chain];
    }
  }
  const noted = {
    ...(last !== undefined && { sequenceNumber: last }),
    ...(arrivedAt !== undefined && { arrivedAt }),
    ...(tick !== undefined && { tick }),
  };
  return { position: { hour, open, ...noted }, closed, lines };
};
