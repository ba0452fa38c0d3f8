import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type ChainSeal, type SignedSeal, sealText, signedSeal } from '../../lambdas/audit/chain-seal.contract';
import { canonicalJson } from '../../lambdas/shared/canonical-json';
import { type ChainLink, linkHash } from '../../lambdas/shared/hash-chain';
import { type Evidence, hourOfChain, type StoredLine } from '../../local/audit/verify-chains';
import type { Random } from '../harness/random';

/** A copy of the trail that somebody has bent. */
export interface BentTrail {
  readonly evidence: Evidence;
  /** The chains that were bent, and what the verifier calls the seals when those were: nothing else may be accused. */
  readonly touched: readonly string[];
}

/** A way to bend the trail. */
export interface Tampering {
  readonly kind: string;
  /**
   * `stands`: an administrator can do it to the store as it is, by a new object or a new version beside the locked one.
   * `gone`: it takes what a lock or a right of no role keeps from happening, and is tried on the copy only.
   */
  readonly lock: 'stands' | 'gone';
  /** @throws RangeError the trail has no chain that is long enough */
  readonly bend: (evidence: Evidence, random: Random) => BentTrail;
}

const FORGED_OBJECT = 'class=access/forged';
/** Long enough that something can be taken out of the middle. */
const LEAST_LINKS = 3;

const sealsOf = ({ seals }: Evidence): readonly SignedSeal[] =>
  seals.flatMap(({ signed }) => signedSeal.safeParse(signed).data ?? []);

const linkIn = ({ text }: StoredLine): ChainLink => JSON.parse(text) as ChainLink;

interface Target {
  readonly seal: ChainSeal;
  /** In order, each once. */
  readonly links: readonly ChainLink[];
}

/** A sealed chain of the hours that are looked at, with its links. */
const target = (evidence: Evidence, random: Random): Target => {
  const { from = '', to = '9' } = evidence;
  const isAsked = ({ chain, count }: ChainSeal): boolean =>
    hourOfChain(chain) >= from && hourOfChain(chain) <= to && count >= LEAST_LINKS;
  const seal = random.pick(
    sealsOf(evidence)
      .map((signed) => signed.seal)
      .filter(isAsked),
  );
  const name = canonicalJson(seal.chain);
  const ofChain = evidence.lines.filter(({ text }) => text.includes(name)).map(linkIn);
  const byIndex = new Map(ofChain.filter(({ chain }) => chain === seal.chain).map((link) => [link.index, link]));
  return { seal, links: [...byIndex.values()].sort((one, other) => one.index - other.index) };
};

/** All lines of these links replaced, wherever they are stored. */
const replaced = (
  evidence: Evidence,
  links: readonly ChainLink[],
  by: (link: ChainLink) => readonly string[],
): Evidence => {
  const gone = new Set(links.map((link) => canonicalJson(link)));
  const kept = evidence.lines.filter(({ text }) => !gone.has(text));
  return { ...evidence, lines: [...kept, ...links.flatMap(by).map((text) => ({ object: FORGED_OBJECT, text }))] };
};

const added = (evidence: Evidence, links: readonly ChainLink[]): Evidence => ({
  ...evidence,
  lines: [...evidence.lines, ...links.map((link) => ({ object: FORGED_OBJECT, text: canonicalJson(link) }))],
});

const withRecord = (link: ChainLink, change: object): ChainLink => {
  const record = { ...(link.record as object), ...change };
  return { ...link, record, hash: linkHash(link.previous, record) };
};

/** Bends the lines of one chain. */
const ofLines =
  (bend: (evidence: Evidence, target: Target, random: Random) => Evidence): Tampering['bend'] =>
  (evidence, random) => {
    const aim = target(evidence, random);
    return { evidence: bend(evidence, aim, random), touched: [aim.seal.chain] };
  };

/** Bends the seals: that of a chain, which the next one names, and with it what is said of the seals as a whole. */
const ofSeals =
  (
    bend: (evidence: Evidence, target: Target, random: Random) => Evidence,
    change: (signed: SignedSeal, target: Target, random: Random) => readonly SignedSeal[],
  ): Tampering['bend'] =>
  (evidence, random) => {
    const aim = target(evidence, random);
    const { number, chain } = aim.seal;
    const next = sealsOf(evidence).find(({ seal }) => seal.number === number + 1);
    const seals = evidence.seals.flatMap((stored) =>
      stored.number === number
        ? change(signedSeal.parse(stored.signed), aim, random).map((signed) => ({ number, signed }))
        : [stored],
    );
    return {
      evidence: { ...bend(evidence, aim, random), seals },
      touched: [chain, `seals of ${evidence.region}`, ...(next ? [next.seal.chain] : [])],
    };
  };

const lastKept = ({ links }: Target, random: Random): number => random.integer(1, links.length - 1);

const others = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const signedBy = (seal: ChainSeal, keyId: string, key: KeyObject): SignedSeal => ({
  seal,
  signature: sign('sha256', Buffer.from(sealText(seal)), key).toString('base64'),
  keyId,
});

const two = ({ links }: Target, random: Random): readonly [ChainLink, ChainLink] => {
  const [one, other] = random.shuffle(links);
  if (one === undefined || other === undefined) throw new RangeError(`links are ${links.length}, expected two or more`);
  return [one, other];
};

/** Every way that is tried. */
export const tamperings: readonly Tampering[] = [
  {
    kind: 'a byte of a line changed',
    lock: 'gone',
    bend: ofLines((evidence, { links }, random) =>
      replaced(evidence, [random.pick(links)], (link) => {
        const bytes = Buffer.from(canonicalJson(link));
        const at = random.integer(0, bytes.length - 1);
        bytes[at] = ((bytes[at] ?? 0) + random.integer(1, 255)) % 256;
        return [bytes.toString('latin1')];
      }),
    ),
  },
  {
    kind: 'a record changed, its hash made to fit',
    lock: 'gone',
    bend: ofLines((evidence, { links }, random) =>
      replaced(evidence, [random.pick(links)], (link) => [canonicalJson(withRecord(link, { purpose: 'nothing' }))]),
    ),
  },
  {
    kind: 'a record changed, all behind it made to fit',
    lock: 'gone',
    bend: ofLines((evidence, { links }, random) => {
      const from = random.integer(0, links.length - 1);
      let previous = links[from]?.previous ?? '';
      return replaced(evidence, links.slice(from), (link) => {
        const made = withRecord({ ...link, previous }, link.index === from + 1 ? { purpose: 'nothing' } : {});
        previous = made.hash;
        return [canonicalJson(made)];
      });
    }),
  },
  {
    kind: 'a record put beside the true one',
    lock: 'stands',
    bend: ofLines((evidence, { links }, random) =>
      added(evidence, [withRecord(random.pick(links), { outcome: 'denied' })]),
    ),
  },
  {
    kind: 'a record put behind the sealed end',
    lock: 'stands',
    bend: ofLines((evidence, { links }) => {
      const last = links.at(-1);
      if (last === undefined) throw new RangeError('links are none, expected one or more');
      return added(evidence, [withRecord({ ...last, index: last.index + 1, previous: last.hash }, {})]);
    }),
  },
  {
    kind: 'a line removed from the middle',
    lock: 'gone',
    bend: ofLines((evidence, { links }, random) =>
      replaced(
        evidence,
        links
          .slice(0, -1)
          .slice(random.integer(0, links.length - 2))
          .slice(0, 1),
        () => [],
      ),
    ),
  },
  {
    kind: 'two records exchanged',
    lock: 'gone',
    bend: ofLines((evidence, aim, random) => {
      const [one, other] = two(aim, random);
      return replaced(evidence, [one, other], (link) => [
        canonicalJson({ ...link, record: (link === one ? other : one).record }),
      ]);
    }),
  },
  {
    kind: 'two numbers exchanged',
    lock: 'gone',
    bend: ofLines((evidence, aim, random) => {
      const [one, other] = two(aim, random);
      return replaced(evidence, [one, other], (link) => [
        canonicalJson({ ...link, index: (link === one ? other : one).index }),
      ]);
    }),
  },
  {
    kind: 'a tail cut off',
    lock: 'gone',
    bend: ofLines((evidence, aim, random) => replaced(evidence, aim.links.slice(lastKept(aim, random)), () => [])),
  },
  {
    kind: 'a chain removed',
    lock: 'gone',
    bend: ofLines((evidence, { links }) => replaced(evidence, links, () => [])),
  },
  {
    kind: 'an object removed',
    lock: 'gone',
    bend: (evidence, random) => {
      const { seal } = target(evidence, random);
      const copies = Map.groupBy(evidence.lines, ({ text }) => text);
      const only = evidence.lines.filter(
        (line) => copies.get(line.text)?.length === 1 && linkIn(line).chain === seal.chain,
      );
      // An object whose lines are all stored a second time takes nothing with it.
      const { object } = random.pick(only);
      const lines = evidence.lines.filter((line) => line.object !== object);
      return { evidence: { ...evidence, lines }, touched: chainsIn(evidence, object) };
    },
  },
  {
    kind: 'a chain removed with its seal',
    lock: 'gone',
    bend: ofSeals(
      (evidence, { links }) => replaced(evidence, links, () => []),
      () => [],
    ),
  },
  {
    kind: 'a tail cut off, and a seal that fits the rest, signed by another key',
    lock: 'gone',
    bend: ofSeals(
      (evidence, { links }) => replaced(evidence, links.slice(1), () => []),
      ({ seal, keyId }, { links }) => [
        signedBy({ ...seal, count: 1, lastHash: links[0]?.hash ?? '' }, keyId, others.privateKey),
      ],
    ),
  },
  {
    kind: 'a seal changed',
    lock: 'stands',
    bend: ofSeals(
      (evidence) => evidence,
      ({ seal, ...signature }) => {
        const digit = seal.lastHash.startsWith('0') ? '1' : '0';
        return [{ ...signature, seal: { ...seal, lastHash: `${digit}${seal.lastHash.slice(1)}` } }];
      },
    ),
  },
  {
    kind: 'a seal removed',
    lock: 'stands',
    bend: ofSeals(
      (evidence) => evidence,
      () => [],
    ),
  },
];

/** The chains that an object has lines of. */
const chainsIn = ({ lines }: Evidence, object: string): string[] => [
  ...new Set(lines.filter((line) => line.object === object).map((line) => linkIn(line).chain)),
];
