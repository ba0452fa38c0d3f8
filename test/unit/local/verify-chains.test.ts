import { type Random, seededRandom } from '../../../drills/harness/random';
import type { ChainSeal, SignedSeal } from '../../../lambdas/audit/chain-seal.contract';
import { chainArrivals } from '../../../lambdas/audit/shard-chains';
import { canonicalJson } from '../../../lambdas/shared/canonical-json';
import { type ChainLink, linkHash } from '../../../lambdas/shared/hash-chain';
import {
  type ChainVerdict,
  type Evidence,
  isAlarming,
  type StoredLine,
  verifyChains,
} from '../../../local/audit/verify-chains';
import { madeUpEvidence, madeUpRecord, otherKeys, region, signedBy } from './audit-evidence';

/** How often each kind of tampering is tried, each time elsewhere, on one of a few trails. */
const tries = 40;
const trails = Array.from({ length: 20 }, (_, at) => madeUpEvidence(seededRandom(`trail-${at}`)));

const linkOf = ({ text }: StoredLine): ChainLink => JSON.parse(text);
const sealedChains = ({ seals }: Evidence): readonly SignedSeal[] => seals.map(({ signed }) => signed as SignedSeal);

interface Target {
  readonly seal: ChainSeal;
  readonly links: readonly ChainLink[];
}

/** A sealed chain of some length, with its links in order. */
const target = (evidence: Evidence, random: Random, atLeast = 2): Target => {
  const seals = sealedChains(evidence).map(({ seal }) => seal);
  const seal = random.pick(seals.filter(({ count }) => count >= atLeast));
  const links = [
    ...new Map(
      evidence.lines
        .map(linkOf)
        .filter(({ chain }) => chain === seal.chain)
        .map((link) => [link.index, link]),
    ).values(),
  ];
  return { seal, links: links.sort((one, other) => one.index - other.index) };
};

/** All lines of these links replaced, wherever they are stored. */
const replaced = (
  evidence: Evidence,
  links: readonly ChainLink[],
  by: (link: ChainLink) => readonly string[],
): Evidence => {
  const gone = new Set(links.map((link) => canonicalJson(link)));
  const kept = evidence.lines.filter(({ text }) => !gone.has(text));
  return {
    ...evidence,
    lines: [...kept, ...links.flatMap(by).map((text) => ({ object: 'class=access/tampered', text }))],
  };
};

const without = (evidence: Evidence, links: readonly ChainLink[]): Evidence => replaced(evidence, links, () => []);

const withSeals = (evidence: Evidence, change: (seals: readonly SignedSeal[]) => readonly SignedSeal[]): Evidence => ({
  ...evidence,
  seals: change(sealedChains(evidence)).map((signed) => ({ number: signed.seal.number, signed })),
});

type Tampering = (evidence: Evidence, random: Random) => Evidence;

const tamperings: { readonly [kind: string]: readonly [Tampering, readonly ChainVerdict[]] } = {
  'a byte of a line': [
    (evidence, random) => {
      const { links } = target(evidence, random);
      return replaced(evidence, [random.pick(links)], (link) => {
        const bytes = Buffer.from(canonicalJson(link));
        const at = random.integer(0, bytes.length - 1);
        bytes[at] = ((bytes[at] ?? 0) + random.integer(1, 255)) % 256;
        return [bytes.toString('latin1')];
      });
    },
    ['changed', 'removed', 'cut tail'],
  ],
  'a record, with its hash made to fit': [
    (evidence, random) => {
      const { links } = target(evidence, random);
      return replaced(evidence, [random.pick(links)], (link) => {
        const record = { ...(link.record as object), purpose: 'nothing' };
        return [canonicalJson({ ...link, record, hash: linkHash(link.previous, record) })];
      });
    },
    ['changed'],
  ],
  'a record, with all behind it made to fit': [
    (evidence, random) => {
      const { links } = target(evidence, random);
      const from = random.integer(0, links.length - 1);
      let previous = links[from]?.previous ?? '';
      return replaced(evidence, links.slice(from), (link) => {
        const record = { ...(link.record as object), purpose: 'nothing' };
        const made = { ...link, previous, record, hash: linkHash(previous, record) };
        previous = made.hash;
        return [canonicalJson(made)];
      });
    },
    ['changed'],
  ],
  'a line removed from the middle': [
    (evidence, random) => {
      const { links } = target(evidence, random, 3);
      return without(evidence, [links[random.integer(0, links.length - 2)] as ChainLink]);
    },
    ['removed'],
  ],
  'a line doubled with a change': [
    (evidence, random) => {
      const { links } = target(evidence, random);
      return replaced(evidence, [random.pick(links)], (link) => {
        const record = { ...(link.record as object), outcome: 'denied' };
        return [canonicalJson(link), canonicalJson({ ...link, record, hash: linkHash(link.previous, record) })];
      });
    },
    ['changed'],
  ],
  'two records exchanged': [
    (evidence, random) => {
      const { links } = target(evidence, random);
      const [one, other] = random.shuffle(links) as [ChainLink, ChainLink];
      return replaced(evidence, [one, other], (link) => [
        canonicalJson({ ...link, record: (link === one ? other : one).record }),
      ]);
    },
    ['reordered'],
  ],
  'two numbers exchanged': [
    (evidence, random) => {
      const { links } = target(evidence, random);
      const [one, other] = random.shuffle(links) as [ChainLink, ChainLink];
      return replaced(evidence, [one, other], (link) => [
        canonicalJson({ ...link, index: (link === one ? other : one).index }),
      ]);
    },
    ['reordered'],
  ],
  'a tail cut off': [
    (evidence, random) => {
      const { links } = target(evidence, random);
      return without(evidence, links.slice(random.integer(1, links.length - 1)));
    },
    ['cut tail'],
  ],
  'a link behind the sealed end': [
    (evidence, random) => {
      const { links } = target(evidence, random);
      const last = links.at(-1) as ChainLink;
      const next = { ...last, index: last.index + 1, previous: last.hash, hash: linkHash(last.hash, last.record) };
      return {
        ...evidence,
        lines: [...evidence.lines, { object: 'class=access/tampered', text: canonicalJson(next) }],
      };
    },
    ['changed'],
  ],
  'an object removed': [
    (evidence, random) => {
      // One that holds the only copy of a line of a sealed chain.
      const sealed = new Set(sealedChains(evidence).map(({ seal }) => seal.chain));
      const only = evidence.lines.filter(
        ({ text }) =>
          sealed.has(linkOf({ object: '', text }).chain) &&
          evidence.lines.filter((line) => line.text === text).length === 1,
      );
      const { object } = random.pick(only);
      return { ...evidence, lines: evidence.lines.filter((line) => line.object !== object) };
    },
    ['removed', 'cut tail'],
  ],
  'a chain removed': [(evidence, random) => without(evidence, target(evidence, random).links), ['removed']],
  'a chain removed with its seal': [
    (evidence, random) => {
      const { seal, links } = target(evidence, random);
      return withSeals(without(evidence, links), (seals) =>
        seals.filter((signed) => signed.seal.number !== seal.number),
      );
    },
    ['forged seal'],
  ],
  'a seal replaced by one that fits what is left': [
    (evidence, random) => {
      const { seal, links } = target(evidence, random);
      const left = links.slice(0, random.integer(1, links.length - 1));
      const forged = { ...seal, count: left.length, lastHash: left.at(-1)?.hash ?? '' };
      return withSeals(without(evidence, links.slice(left.length)), (seals) =>
        seals.map((signed) => (signed.seal.number === seal.number ? signedBy(forged, otherKeys.privateKey) : signed)),
      );
    },
    ['forged seal'],
  ],
  'a seal signed again by the key itself': [
    (evidence, random) => {
      const { seal, links } = target(evidence, random);
      // Not the last one: what it is named by is in no other seal yet.
      if (seal.number === evidence.lastNumber) return without(evidence, links.slice(1));
      const forged = { ...seal, count: 1, lastHash: links[0]?.hash ?? '' };
      return withSeals(without(evidence, links.slice(1)), (seals) =>
        seals.map((signed) => (signed.seal.number === seal.number ? signedBy(forged) : signed)),
      );
    },
    ['forged seal', 'cut tail'],
  ],
  'a byte of a seal': [
    (evidence, random) =>
      withSeals(evidence, (seals) => {
        const at = random.integer(0, seals.length - 1);
        return seals.map((signed, index) =>
          index === at
            ? {
                ...signed,
                seal: { ...signed.seal, lastHash: `${signed.seal.lastHash === '0'.repeat(64) ? 1 : 0}`.repeat(64) },
              }
            : signed,
        );
      }),
    ['forged seal', 'changed'],
  ],
  'the last seal removed': [
    (evidence) => withSeals(evidence, (seals) => seals.filter((signed) => signed.seal.number !== evidence.lastNumber)),
    ['forged seal'],
  ],
};

describe('verifyChains', () => {
  it(`finds nothing in ${tries} trails that nobody touched`, () => {
    for (let seed = 0; seed < tries; seed += 1) {
      const evidence = madeUpEvidence(seededRandom(`untouched-${seed}`));
      const findings = verifyChains(evidence);
      expect(findings.filter(isAlarming)).toEqual([]);
      expect(findings.filter(({ verdict }) => verdict === 'intact')).toHaveLength(evidence.seals.length);
      expect(findings.some(({ verdict }) => verdict === 'unsealed')).toBe(true);
    }
  });

  it.each(Object.entries(tamperings))(`finds ${tries} of ${tries} times: %s`, (kind, [tamper, verdicts]) => {
    const missed: string[] = [];
    const called = new Set<ChainVerdict>();
    for (let seed = 0; seed < tries; seed += 1) {
      const random = seededRandom(`${kind}-${seed}`);
      const tampered = tamper(random.pick(trails), random);
      const alarming = verifyChains(tampered).filter(isAlarming);
      if (alarming.length === 0) missed.push(`${kind}-${seed}`);
      for (const { verdict } of alarming) called.add(verdict);
    }
    expect(missed).toEqual([]);
    expect(verdicts).toEqual(expect.arrayContaining([...called]));
  });

  it('names the chain, the record and the object', () => {
    const random = seededRandom('names');
    const evidence = madeUpEvidence(random);
    const { seal, links } = target(evidence, random);
    const [one] = links as [ChainLink];
    const record = { ...(one.record as { readonly recordId: string }), purpose: 'nothing' };
    const tampered = replaced(evidence, [one], () => [
      canonicalJson({ ...one, record, hash: linkHash(one.previous, record) }),
    ]);

    const [finding] = verifyChains(tampered).filter(isAlarming);

    expect(finding).toMatchObject({ chain: seal.chain, verdict: 'changed' });
    expect(finding?.details.join('\n')).toContain(
      `record ${record.recordId}, link 1 in class=access/tampered, does not fit`,
    );
  });

  it('looks at the hours that it is asked for, and at its own region', () => {
    const evidence = madeUpEvidence(seededRandom('hours'));
    const asked = verifyChains({ ...evidence, from: '2026-11-26T21', to: '2026-11-26T21' });

    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every(({ chain }) => chain.startsWith(`${region}/`) && chain.endsWith('/2026-11-26T21'))).toBe(true);
  });

  it('raises a record whose later revision says more than how the access ended, though every chain holds', () => {
    const random = seededRandom('forged revision');
    const first = madeUpRecord(random, new Date('2026-11-26T22:01:00Z'));
    const forged = { ...first, revision: 2, outcome: 'failed', subject: 'order/other' };
    const arrivals = [first, forged].map((record, at) => ({
      sequenceNumber: String(at + 1),
      arrivedAt: new Date('2026-11-26T22:01:00Z'),
      data: Buffer.from(JSON.stringify(record)),
    }));
    const { lines } = chainArrivals({ region, shardId: 'shardId-000000000009' }, undefined, arrivals);
    const evidence = madeUpEvidence(random);
    const added = [...lines.access, ...lines.security].map((text) => ({ object: 'class=access/new', text }));

    const findings = verifyChains({ ...evidence, lines: [...evidence.lines, ...added] }).filter(isAlarming);

    expect(findings).toEqual([
      {
        chain: `records of ${region}`,
        verdict: 'contradicted',
        links: 1,
        details: [`record ${first.recordId} contradicts itself in subject`],
      },
    ]);
  });

  it('says that a chain has no seal although its hour is long over', () => {
    const evidence = madeUpEvidence(seededRandom('unsealed'));

    const findings = verifyChains({ ...evidence, sealedBefore: '2026-11-26T23' }).filter(isAlarming);

    expect(findings.length).toBeGreaterThan(0);
    expect(findings.every(({ verdict }) => verdict === 'forged seal')).toBe(true);
  });
});
