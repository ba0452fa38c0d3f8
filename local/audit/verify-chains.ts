import { createPublicKey, verify } from 'node:crypto';
import {
  type ChainSeal,
  noSealHash,
  type SignedSeal,
  sealHash,
  sealText,
  signedSeal,
} from '../../lambdas/audit/chain-seal.contract';
import { canonicalJson } from '../../lambdas/shared/canonical-json';
import { type ChainLink, emptyChain, linkHash } from '../../lambdas/shared/hash-chain';

/** A line of an object of the store. */
export interface StoredLine {
  /** Where it is: the object, and its version. */
  readonly object: string;
  /** Without its line break. */
  readonly text: string;
}

/** A seal as the table keeps it: `undefined` where it cannot be read. */
export interface StoredSeal {
  /** Its number by the key of its item. */
  readonly number: number;
  readonly signed: unknown;
}

/** What is wrong, or not yet to be said, of a chain. */
export type ChainVerdict = 'intact' | 'changed' | 'removed' | 'reordered' | 'cut tail' | 'unsealed' | 'forged seal';

/** What was found about a chain, or about the seals of a region. */
export interface ChainFinding {
  /** The chain; `seals of <region>` for what concerns the seals themselves. */
  readonly chain: string;
  readonly verdict: ChainVerdict;
  /** How many links were found. */
  readonly links: number;
  /** What exactly, one sentence each, with the ids of records and the keys of objects. */
  readonly details: readonly string[];
}

/** What is verified. */
export interface Evidence {
  readonly region: string;
  readonly lines: readonly StoredLine[];
  /** All seals of the region, in any order. */
  readonly seals: readonly StoredSeal[];
  /** Number of the region's last seal, as the table says; 0 when it has none. */
  readonly lastNumber: number;
  /** ARN of the key that signs, and its public key (SPKI, DER). */
  readonly keyArn: string;
  readonly publicKey: Buffer;
  /** Chains of this hour and later, such as `2026-11-26T20`, may be without a seal. */
  readonly sealedBefore: string;
  /** Chains that are looked at, by their hours; both included. @default all */
  readonly from?: string;
  readonly to?: string;
}

interface FoundLink extends ChainLink {
  readonly object: string;
}

const hash = /^[0-9a-f]{64}$/;
const chainForm = /^[a-z0-9-]+\/(?:access|security)\/[\w-]+\/\d{4}-\d\d-\d\dT\d\d$/;

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

/** Which chain a line is of that can no longer be read, as far as that can be told. */
const chainIn = (text: string): string | undefined =>
  /[a-z0-9-]+\/(?:access|security)\/[\w-]+\/\d{4}-\d\d-\d\dT\d\d/.exec(text)?.[0];

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

/** Links that are torn, do not fit the ones beside them, share their number with another one, or stand behind the end. */
const misfitsOf = (chain: string, found: readonly FoundLink[], count: number): readonly FoundLink[] => {
  const hashes = new Map<number, string[]>();
  const followers = new Map<number, string[]>();
  for (const { index, hash: own, previous } of found) {
    hashes.set(index, [...(hashes.get(index) ?? []), own]);
    followers.set(index - 1, [...(followers.get(index - 1) ?? []), previous]);
  }
  const before = (index: number): readonly string[] =>
    index === 1 ? [emptyChain(chain).hash] : (hashes.get(index - 1) ?? []);
  return found.filter(
    (link) =>
      !isWhole(link) ||
      !before(link.index).includes(link.previous) ||
      followers.get(link.index)?.includes(link.hash) === false ||
      (hashes.get(link.index)?.length ?? 0) > 1 ||
      link.index > count,
  );
};

/** Judges one chain by what was found of it. `broken` are lines that name the chain and are no links. */
const judgeChain = (
  chain: string,
  found: readonly FoundLink[],
  broken: readonly StoredLine[],
  seal: ChainSeal | undefined,
): Judged => {
  const path = followed(chain, found, true);
  const count = seal?.count ?? Math.max(path.length, ...found.map(({ index }) => index));
  const isSealed = seal === undefined || path[seal.count - 1]?.hash === seal.lastHash;
  const misfits = misfitsOf(chain, found, seal?.count ?? count);
  if (path.length >= count && isSealed && misfits.length === 0 && broken.length === 0) {
    return { verdict: 'intact', details: [] };
  }
  const there = new Set(found.map(({ index }) => index));
  const missing = Array.from({ length: count }, (_, at) => at + 1).filter((index) => !there.has(index));
  const details = [
    ...broken.map(({ object, text }) => `a line of ${object} cannot be read: ${text.slice(0, 60)}…`),
    ...misfits.map(({ index, record, object }) => `${recordName(record)}, link ${index} in ${object}, does not fit`),
    ...(missing.length > 0 ? [`${missing.length} of ${count} links are missing: ${rangesOf(missing)}`] : []),
    ...(path.length >= count && !isSealed ? ['the last link is not the one that was sealed'] : []),
  ];
  const isReordered = broken.length === 0 && found.length === count && isPermuted(chain, found, misfits);
  return { verdict: isReordered ? 'reordered' : verdictOf(broken, misfits, missing, count), details };
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

interface SealChain {
  readonly seals: ReadonlyMap<string, ChainSeal>;
  readonly forged: ReadonlyMap<string, string>;
  readonly findings: readonly string[];
}

/** Reads the seals of a region from the first one on: each has to be signed by the key, and to name the one before. */
const readSeals = ({ region, seals, lastNumber, keyArn, publicKey }: Evidence): SealChain => {
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
  const isSigned = ({ seal, signature, keyId }: SignedSeal): boolean =>
    keyId === keyArn && verify('sha256', Buffer.from(sealText(seal)), key, Buffer.from(signature, 'base64'));
  const byNumber = new Map(seals.map((stored) => [stored.number, stored.signed]));
  const known = new Map<string, ChainSeal>();
  const forged = new Map<string, string>();
  const findings: string[] = [];
  const highest = Math.max(lastNumber, ...byNumber.keys());
  let previous: string | undefined = noSealHash(region);
  for (let number = 1; number <= highest; number += 1) {
    if (!byNumber.has(number)) {
      findings.push(`seal ${number} of ${highest} is missing`);
      previous = undefined;
      continue;
    }
    const signed = signedSeal.safeParse(byNumber.get(number));
    const chain = chainIn(JSON.stringify(byNumber.get(number) ?? null)) ?? '';
    const fault = (why: string): void => {
      findings.push(`seal ${number} of chain ${chain} ${why}`);
      if (chain !== '') forged.set(chain, `its seal ${number} ${why}`);
    };
    if (!signed.success) fault('cannot be read');
    else if (signed.data.seal.number !== number || signed.data.seal.region !== region)
      fault('is in the place of another');
    else if (!isSigned(signed.data)) fault('is not signed by the key');
    else if (previous !== undefined && signed.data.seal.previousSeal !== previous)
      fault('does not name the one before');
    else if (known.has(signed.data.seal.chain)) fault('seals a chain that has a seal');
    else known.set(signed.data.seal.chain, signed.data.seal);
    previous = signed.success ? sealHash(signed.data.seal) : undefined;
  }
  if (lastNumber < highest) findings.push(`the last seal is number ${highest}, and the table says ${lastNumber}`);
  return { seals: known, forged, findings };
};

/**
 * Says of every chain whether it is what was sealed. Lines may be there twice, in any order and over any objects: only what they say counts.
 * Pure: what is read, and by whom, is for the caller.
 */
export const verifyChains = (evidence: Evidence): readonly ChainFinding[] => {
  const { region, sealedBefore, from = '', to = '9' } = evidence;
  const { seals, forged, findings } = readSeals(evidence);
  const isAsked = (chain: string): boolean => hourOfChain(chain) >= from && hourOfChain(chain) <= to;
  const links = new Map<string, Map<string, FoundLink>>();
  const broken = new Map<string, StoredLine[]>();
  for (const line of evidence.lines) {
    const link = linkOf(line.text);
    if (link === undefined) {
      const chain = chainIn(line.text) ?? 'of no chain';
      broken.set(chain, [...(broken.get(chain) ?? []), line]);
      continue;
    }
    const known = links.get(link.chain) ?? new Map<string, FoundLink>();
    links.set(link.chain, known);
    // A line that is there again, byte for byte, says nothing new.
    if (!known.has(line.text)) known.set(line.text, { ...link, object: line.object });
  }
  const isOurs = (chain: string): boolean => chain === 'of no chain' || chain.startsWith(`${region}/`);
  const chains = [...new Set([...links.keys(), ...broken.keys(), ...seals.keys(), ...forged.keys()])]
    .filter((chain) => isOurs(chain) && (chain === 'of no chain' || isAsked(chain)))
    .sort();
  const judged = chains.map((chain): ChainFinding => {
    const found = [...(links.get(chain)?.values() ?? [])];
    const ofChain = { chain, links: found.length };
    const seal = seals.get(chain);
    const { verdict, details } = judgeChain(chain, found, broken.get(chain) ?? [], seal);
    const isSettled = hourOfChain(chain) < sealedBefore;
    // What is not there yet may be on its way.
    if (!isSettled && (verdict === 'removed' || verdict === 'cut tail'))
      return { ...ofChain, verdict: 'unsealed', details };
    if (verdict !== 'intact') return { ...ofChain, verdict, details };
    const forgery = forged.get(chain);
    if (forgery !== undefined) return { ...ofChain, verdict: 'forged seal', details: [forgery] };
    if (seal !== undefined) return { ...ofChain, verdict, details };
    return isSettled
      ? { ...ofChain, verdict: 'forged seal', details: ['its hour is over, and it has no seal'] }
      : { ...ofChain, verdict: 'unsealed', details: ['its hour is not over, or it waits for its seal'] };
  });
  if (findings.length === 0) return judged;
  return [...judged, { chain: `seals of ${region}`, verdict: 'forged seal', links: seals.size, details: findings }];
};

/** Whether a finding is a reason to be alarmed. */
export const isAlarming = ({ verdict }: ChainFinding): boolean => verdict !== 'intact' && verdict !== 'unsealed';
