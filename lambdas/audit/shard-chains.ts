import { type AccessRecord, accessRecord, type RecordClass } from '../shared/access-record.contract';
import { type ChainHead, emptyChain, lineOf, linkBehind } from '../shared/hash-chain';
import { auditTick } from './audit-tick.contract';

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

type Content =
  | { readonly kind: 'tick' }
  | { readonly kind: 'record'; readonly class: RecordClass; readonly record: AccessRecord | UnreadableRecord };

/** What is kept of a record that does not fit the contract: all of it, as base64. */
interface UnreadableRecord {
  readonly unreadable: string;
}

const parsedJson = (data: Buffer): unknown => {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
};

const contentOf = (data: Buffer): Content => {
  const parsed = parsedJson(data);
  if (auditTick.safeParse(parsed).success) return { kind: 'tick' };
  const fits = accessRecord.safeParse(parsed);
  if (fits.success) return { kind: 'record', class: fits.data.class, record: fits.data };
  // Nothing is dropped, and no shard waits for it: whoever can write to the stream and writes this is of interest to an auditor.
  return { kind: 'record', class: 'security', record: { unreadable: data.toString('base64') } };
};

const hourOf = (time: Date): string => time.toISOString().slice(0, 13);

/** What a chain is called. Every class has its own, because classes are kept for different times. */
export const chainName = ({ region, shardId }: ShardPlace, recordClass: RecordClass, hour: string): string =>
  `${region}/${recordClass}/${shardId}/${hour}`;

/** Whether a sequence number of Kinesis is behind another one: they are numbers too long for a number. */
const isBehind = (one: string, other: string | undefined): boolean =>
  other === undefined || BigInt(one) > BigInt(other);

const extended = (place: ShardPlace, open: OpenChain | undefined, arrival: Arrival, hour: string, content: Content) => {
  if (content.kind === 'tick') return undefined;
  const time = arrival.arrivedAt.toISOString();
  const name = chainName(place, content.class, hour);
  const head = open ?? { ...emptyChain(name), class: content.class, hour, firstTime: time, lastTime: time };
  const link = linkBehind(head, content.record);
  const chain: OpenChain = { ...head, count: link.index, hash: link.hash, lastTime: time };
  return { chain, line: lineOf(link) };
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
  let { hour, open }: ShardPosition = position ?? { hour: '', open: [] };
  let last = position?.sequenceNumber;
  const closed: OpenChain[] = [];
  const lines = { access: [] as string[], security: [] as string[] };
  for (const arrival of arrivals) {
    if (!isBehind(arrival.sequenceNumber, last)) continue;
    last = arrival.sequenceNumber;
    const arrived = hourOf(arrival.arrivedAt);
    // Kinesis does not promise that times of arrival only rise: who comes with an earlier hour belongs to this one.
    if (arrived > hour) {
      closed.push(...open);
      open = [];
      hour = arrived;
    }
    const content = contentOf(arrival.data);
    const recordClass = content.kind === 'record' ? content.class : undefined;
    const added = extended(
      place,
      open.find((chain) => chain.class === recordClass),
      arrival,
      hour,
      content,
    );
    if (added === undefined) continue;
    lines[added.chain.class].push(added.line);
    open = [...open.filter((chain) => chain.class !== added.chain.class), added.chain];
  }
  return { position: { hour, open, ...(last !== undefined && { sequenceNumber: last }) }, closed, lines };
};
