import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json';

/** One link of a chain, as it is stored: its canonical JSON is one line. */
export interface ChainLink {
  /** Which chain, for example `sa-east-1/access/shardId-000000000000/2026-11-26T20`. */
  readonly chain: string;
  /** 1, 2, 3 … */
  readonly index: number;
  /** The hash of the link before, or of the chain's name for the first one. */
  readonly previous: string;
  /** SHA-256 of `previous` and the canonical JSON of `record`. */
  readonly hash: string;
  /** What is kept. */
  readonly record: unknown;
}

/** Where a chain ends. */
export interface ChainHead {
  readonly chain: string;
  /** How many links it has. */
  readonly count: number;
  /** The hash of the last link. */
  readonly hash: string;
}

/** SHA-256 of a text, in hexadecimal. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A chain without a link: it begins with its name, so that no link of another chain fits in. */
export const emptyChain = (chain: string): ChainHead => ({ chain, count: 0, hash: hashOf(chain) });

/** The hash of a record behind a link. */
export const linkHash = (previous: string, record: unknown): string => hashOf(`${previous}${canonicalJson(record)}`);

/** The next link of a chain. */
export const linkBehind = ({ chain, count, hash: previous }: ChainHead, record: unknown): ChainLink => ({
  chain,
  index: count + 1,
  previous,
  hash: linkHash(previous, record),
  record,
});

/** The line that a link is stored as, without a line break. */
export const lineOf = (link: ChainLink): string => canonicalJson(link);
