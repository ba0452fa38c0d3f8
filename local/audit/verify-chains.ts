import type { ChainSeal } from '../../lambdas/audit/chain-seal.contract';
import { skippedTicks } from '../../lambdas/audit/shard-chains.contract';
import { accessRecord, type RecordClass, recordClasses } from '../../lambdas/shared/access-record.contract';
import { canonicalJson } from '../../lambdas/shared/canonical-json';
import { type ChainLink, emptyChain, linkHash } from '../../lambdas/shared/hash-chain';
import { contradictionsIn } from './held-records';
import { chainIn, readSeals, type SealEvidence } from './read-seals';

/** A line of an object of the store. */
export interface StoredLine {
  /** Where it is: the object, and its version. */
  readonly object: string;
  /** Without its line break. */
  readonly text: string;
}

/** What is wrong, or not yet to be said, of a chain. */
export type ChainVerdict =
  | 'intact'
  | 'changed'
  | 'removed'
  | 'reordered'
  | 'cut tail'
  | 'unsealed'
  | 'forged seal'
  /** Lines are gone whose time is over; what is left fits. */
  | 'expired'
  /** Whoever chains was kept from records, and says so. */
  | 'hole'
  /** A later revision of a record says more than how the access ended. */
  | 'contradicted';

/** What was found about a chain, or about the seals or the records of a region. */
export interface ChainFinding {
  /** The chain; `seals of <region>` and `records of <region>` for what concerns no single one. */
  readonly chain: string;
  readonly verdict: ChainVerdict;
  /** How many links were found. */
  readonly links: number;
  /** What exactly, one sentence each, with the ids of records and the keys of objects. */
  readonly details: readonly string[];
}

/** What is verified. */
export interface Evidence extends SealEvidence {
  readonly lines: readonly StoredLine[];
  /** Chains of this hour and later, such as `2026-11-26T20`, may be without a seal. */
  readonly sealedBefore: string;
  /** Chains of this hour and earlier may have lost lines, by class: the store has deleted them. @default none */
  readonly expiredUpTo?: { readonly [Class in RecordClass]: string };
  /** Chains that are looked at, by their hours; both included. @default all */
  readonly from?: string;
  readonly to?: string;
}

interface FoundLink extends ChainLink {
  readonly object: string;
}

const hash = /^[0-9a-f]{64}$/;
const chainForm = /^[a-z0-9-]+\/(?:access|security)\/[\w-]+\/\d{4}-\d\d-\d\dT\d\d$/;

/** Where lines are counted that name no chain. */
const noChain = 'of no chain';

/** The hour of a chain. */
export const hourOfChain = (chain: string): string => chain.slice(chain.lastIndexOf('/') + 1);

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The link that a line says it is; `undefined` when it is none, byte for byte. */
const linkOf = (text: string): ChainLink | undefined => {
  const parsed = parsedJson(text);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { chain, index, previous, hash: own, record } = parsed as { readonly [field: string]: unknown };
  const fits =
    typeof chain === 'string' &&
    chainForm.test(chain) &&
    typeof index === 'number' &&
    Number.isSafeInteger(index) &&
    index >= 1 &&
    typeof previous === 'string' &&
    hash.test(previous) &&
    typeof own === 'string' &&
    hash.test(own) &&
    typeof record === 'object' &&
    record !== null;
  if (!fits) return undefined;
  const link = { chain, index, previous, hash: own, record };
  try {
    return canonicalJson(link) === text ? link : undefined;
  } catch {
    return undefined;
  }
};

const recordName = (record: unknown): string => {
  const id: unknown = typeof record === 'object' && record !== null ? Reflect.get(record, 'recordId') : undefined;
  return typeof id === 'string' ? `record ${id}` : 'an unreadable record';
};

const isWhole = ({ previous, hash: own, record }: ChainLink): boolean => linkHash(previous, record) === own;

interface Judged {
  readonly verdict: ChainVerdict;
  readonly details: readonly string[];
}

/** Links that are whole and follow each other from the chain's name, as far as they go; with or without a look at their numbers. */
const followed = (chain: string, links: readonly FoundLink[], byNumber: boolean): readonly FoundLink[] => {
  const behind = new Map<string, FoundLink[]>();
  for (const link of links) if (isWhole(link)) behind.set(link.previous, [...(behind.get(link.previous) ?? []), link]);
  const path: FoundLink[] = [];
  let at = emptyChain(chain).hash;
  while (path.length < links.length) {
    const next = behind.get(at)?.find(({ index }) => !byNumber || index === path.length + 1);
    if (next === undefined) return path;
    path.push(next);
    at = next.hash;
  }
  return path;
};

/**
 * Links that are torn, do not fit the ones beside them, share their number with another one, or stand behind the end.
 * @param mayLack whether the one before may be gone
 */
const misfitsOf = (
  chain: string,
  found: readonly FoundLink[],
  count: number,
  mayLack: boolean,
): readonly FoundLink[] => {
  const hashes = new Map<number, string[]>();
  const followers = new Map<number, string[]>();
  for (const { index, hash: own, previous } of found) {
    hashes.set(index, [...(hashes.get(index) ?? []), own]);
    followers.set(index - 1, [...(followers.get(index - 1) ?? []), previous]);
  }
  const fitsBefore = ({ index, previous }: FoundLink): boolean =>
    index === 1 ? previous === emptyChain(chain).hash : (hashes.get(index - 1)?.includes(previous) ?? mayLack);
  return found.filter(
    (link) =>
      !isWhole(link) ||
      !fitsBefore(link) ||
      followers.get(link.index)?.includes(link.hash) === false ||
      (hashes.get(link.index)?.length ?? 0) > 1 ||
      link.index > count,
  );
};

/** What whoever chains has said of records that it never got. */
const holesIn = (found: readonly FoundLink[]): readonly string[] =>
  found.flatMap(({ record, index }) => {
    const { skipped } = skippedTicks.safeParse(record).data ?? {};
    if (skipped === undefined) return [];
    const { after, before, from, to } = skipped;
    return [
      `link ${index}: what arrived with ticks ${from} to ${to} was never chained, behind sequence number ${after} and before ${before}`,
    ];
  });

/** What one chain is judged by. */
interface ChainEvidence {
  readonly chain: string;
  readonly found: readonly FoundLink[];
  /** Lines that name the chain and are no links. */
  readonly broken: readonly StoredLine[];
  readonly seal: ChainSeal | undefined;
  /** Whether the time of its lines is over. */
  readonly mayLack: boolean;
}

/** Judges one chain by what was found of it. */
const judgeChain = ({ chain, found, broken, seal, mayLack }: ChainEvidence): Judged => {
  const path = followed(chain, found, true);
  const count = seal?.count ?? found.reduce((most, { index }) => Math.max(most, index), path.length);
  const last = found.filter(({ index }) => index === seal?.count);
  // A chain whose end is gone has no end to compare.
  const isSealed = seal === undefined || (mayLack && last.length === 0) || path[count - 1]?.hash === seal.lastHash;
  const there = new Set(found.map(({ index }) => index));
  const missing = Array.from({ length: count }, (_, at) => at + 1).filter((index) => !there.has(index));
  const isEndOther = mayLack && missing.length > 0 && last.some(({ hash: own }) => own !== seal?.lastHash);
  const misfits = misfitsOf(chain, found, count, mayLack);
  if (broken.length === 0 && misfits.length === 0) {
    const holes = holesIn(found);
    if (path.length >= count && isSealed) return { verdict: holes.length > 0 ? 'hole' : 'intact', details: holes };
    const gone = `${missing.length} of ${count} links are gone, whose time is over`;
    if (mayLack && missing.length > 0 && !isEndOther)
      return { verdict: holes.length > 0 ? 'hole' : 'expired', details: [...holes, gone] };
  }
  const details = [
    ...broken.map(({ object, text }) => `a line of ${object} cannot be read: ${text.slice(0, 60)}…`),
    ...misfits.map(({ index, record, object }) => `${recordName(record)}, link ${index} in ${object}, does not fit`),
    ...(missing.length > 0 && !mayLack
      ? [`${missing.length} of ${count} links are missing: ${rangesOf(missing)}`]
      : []),
    ...((path.length >= count && !isSealed) || isEndOther ? ['the last link is not the one that was sealed'] : []),
  ];
  const isReordered = broken.length === 0 && found.length === count && isPermuted(chain, found, misfits);
  return { verdict: isReordered ? 'reordered' : verdictOf(broken, misfits, mayLack ? [] : missing, count), details };
};

const verdictOf = (
  broken: readonly StoredLine[],
  misfits: readonly FoundLink[],
  missing: readonly number[],
  count: number,
): ChainVerdict => {
  const first = missing[0];
  if (broken.length > 0 || misfits.some((link) => !isWhole(link)) || first === undefined) return 'changed';
  const isTail = missing.length === count - first + 1 && first > 1;
  return isTail ? 'cut tail' : 'removed';
};

/** More than that are not compared with each other: whoever shuffled so many has changed the chain. */
const maximumShuffled = 200;

/** Whether the links are all there, under each other's numbers or with each other's records. */
const isPermuted = (chain: string, found: readonly FoundLink[], misfits: readonly FoundLink[]): boolean => {
  if (misfits.length < 2 || misfits.length > maximumShuffled) return false;
  if (followed(chain, found, false).length === found.length) return true;
  const torn = misfits.filter((link) => !isWhole(link));
  return (
    torn.length > 1 &&
    torn.every((link) =>
      torn.some(({ record }) => record !== link.record && linkHash(link.previous, record) === link.hash),
    )
  );
};

const rangesOf = (numbers: readonly number[]): string => {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`)).join(', ');
};

/**
 * Says of every chain whether it is what was sealed. Lines may be there twice, in any order and over any objects: only what they say counts.
 * Pure: what is read, and by whom, is for the caller.
 */
export const verifyChains = (evidence: Evidence): readonly ChainFinding[] => {
  const { region, sealedBefore, expiredUpTo, from = '', to = '9' } = evidence;
  const { seals, forged, findings } = readSeals(evidence);
  const isAsked = (chain: string): boolean => hourOfChain(chain) >= from && hourOfChain(chain) <= to;
  const mayLack = (chain: string): boolean =>
    recordClasses.some((name) => chain.includes(`/${name}/`) && hourOfChain(chain) <= (expiredUpTo?.[name] ?? ''));
  const isOurs = (chain: string): boolean => chain === noChain || (chain.startsWith(`${region}/`) && isAsked(chain));
  const links = new Map<string, Map<string, FoundLink>>();
  const broken = new Map<string, StoredLine[]>();
  for (const line of evidence.lines) {
    const link = linkOf(line.text);
    if (link === undefined) {
      const chain = chainIn(line.text) ?? noChain;
      broken.set(chain, [...(broken.get(chain) ?? []), line]);
      continue;
    }
    const known = links.get(link.chain) ?? new Map<string, FoundLink>();
    links.set(link.chain, known);
    // A line that is there again, byte for byte, says nothing new.
    if (!known.has(line.text)) known.set(line.text, { ...link, object: line.object });
  }
  const chains = [...new Set([...links.keys(), ...broken.keys(), ...seals.keys(), ...forged.keys()])]
    .filter(isOurs)
    .sort();
  const judged = chains.map((chain): ChainFinding => {
    const found = [...(links.get(chain)?.values() ?? [])];
    const ofChain = { chain, links: found.length };
    const seal = seals.get(chain);
    const { verdict, details } = judgeChain({
      chain,
      found,
      broken: broken.get(chain) ?? [],
      seal,
      mayLack: mayLack(chain),
    });
    const isSettled = hourOfChain(chain) < sealedBefore;
    // What is not there yet may be on its way.
    if (!isSettled && (verdict === 'removed' || verdict === 'cut tail'))
      return { ...ofChain, verdict: 'unsealed', details };
    const forgery = forged.get(chain);
    if (verdict !== 'intact' && (verdict !== 'expired' || forgery === undefined))
      return { ...ofChain, verdict, details };
    if (forgery !== undefined) return { ...ofChain, verdict: 'forged seal', details: [forgery] };
    if (seal !== undefined) return { ...ofChain, verdict, details };
    return isSettled
      ? { ...ofChain, verdict: 'forged seal', details: ['its hour is over, and it has no seal'] }
      : { ...ofChain, verdict: 'unsealed', details: ['its hour is not over, or it waits for its seal'] };
  });
  // What a bent chain says is found with the chain.
  const held = judged
    .filter((finding) => !isAlarming(finding))
    .flatMap(({ chain }) => [...(links.get(chain)?.values() ?? [])]);
  const contradictions = contradictionsIn(held.flatMap(({ record }) => accessRecord.safeParse(record).data ?? []));
  const whole = (what: string, verdict: ChainVerdict, count: number, details: readonly string[]): ChainFinding[] =>
    details.length === 0 ? [] : [{ chain: `${what} of ${region}`, verdict, links: count, details }];
  return [
    ...judged,
    ...whole('seals', 'forged seal', seals.size, findings),
    ...whole('records', 'contradicted', contradictions.length, contradictions),
  ];
};

const harmless: readonly ChainVerdict[] = ['intact', 'unsealed', 'expired'];

/** Whether a finding is a reason to be alarmed. */
export const isAlarming = ({ verdict }: ChainFinding): boolean => !harmless.includes(verdict);
