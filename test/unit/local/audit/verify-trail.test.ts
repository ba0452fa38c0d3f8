import { seededRandom } from '../../../../drills/harness/random';
import type { DeleteMarker, ObjectVersion } from '../../../../local/audit/record-objects';
import { isAlarming, type StoredLine } from '../../../../local/audit/verify-chains';
import { reportText, type VerifiedTrail, verifyTrail } from '../../../../local/audit/verify-trail';
import { keyArn, madeUpEvidence, otherKeys, publicKey, region } from '../audit-evidence';

const evidence = madeUpEvidence(seededRandom('verify-trail'));
const days = { access: 7, security: 30 };
const inTime = new Date('2026-11-27T04:00:00Z');
const accessIsOver = new Date('2026-12-06T04:00:00Z');
const allIsOver = new Date('2027-01-06T04:00:00Z');

const keyAt = (recordClass: string, hour: string): string =>
  `class=${recordClass}/year=2026/month=11/day=26/hour=${hour}/object.gz`;

/** The made-up trail, an object an hour and class, each named after the hour of its lines or of those before. */
const objectOf = ({ text }: StoredLine, hoursEarlier = 0): string => {
  const { chain } = JSON.parse(text) as { readonly chain: string };
  const [, recordClass = ''] = chain.split('/');
  return keyAt(recordClass, String(Number(chain.slice(-2)) - hoursEarlier));
};

const trailOf = (
  lines: readonly StoredLine[],
  { deleteMarkers = [] as readonly DeleteMarker[], hoursEarlier = 0, kept = publicKey } = {},
): VerifiedTrail => {
  const objects = Map.groupBy(lines, (line) => objectOf(line, hoursEarlier));
  const versions = [...objects.keys()].map((key): ObjectVersion => ({ bucket: 'records', key, versionId: '1' }));
  const { seals, lastNumber } = evidence;
  return {
    region,
    objects: {
      list: async () => ({ versions, deleteMarkers }),
      read: async (asked) => asked.flatMap(({ key }) => objects.get(key) ?? []),
    },
    readSeals: async () => ({ region, seals, lastNumber, keyArn, publicKey, keptPublicKey: kept }),
    readSealsOf: async (other) => ({ region: other, seals, lastNumber, keyArn, publicKey: kept }),
  };
};

const alarming = async (trail: VerifiedTrail, now: Date, asked = {}) =>
  (await verifyTrail(trail, asked, days, now)).findings.filter(isAlarming);

const withoutClass = (recordClass: string) => evidence.lines.filter((line) => !line.text.includes(`/${recordClass}/`));
const sealedOnly = evidence.lines.filter(({ text }) => !text.includes('/2026-11-26T22"'));

describe('lines whose time is over', () => {
  it('are missed before, and not after', async () => {
    const trail = trailOf(withoutClass('access').filter((line) => sealedOnly.includes(line)));

    const missed = await alarming(trail, inTime);
    expect(missed.length).toBeGreaterThan(0);
    expect(missed.every(({ verdict, chain }) => verdict === 'removed' && chain.includes('/access/'))).toBe(true);
    expect(await alarming(trail, accessIsOver)).toEqual([]);
  });

  it('may go object by object, and those of the other class stay', async () => {
    const random = seededRandom('object by object');
    for (let seed = 0; seed < 40; seed += 1) {
      const left = sealedOnly.filter(({ text }) => !text.includes('/access/') || random.chance(0.5));
      const { findings } = await verifyTrail(trailOf(left), {}, days, accessIsOver);
      expect(findings.filter(isAlarming)).toEqual([]);
      expect(findings.some(({ verdict }) => verdict === 'expired')).toBe(true);
    }
    expect((await alarming(trailOf(withoutClass('security')), accessIsOver)).length).toBeGreaterThan(0);
    expect(await alarming(trailOf([]), allIsOver)).toEqual([]);
  });

  it('are still found out when they were changed', async () => {
    const [line, ...others] = sealedOnly.filter(({ text }) => text.includes('/access/'));
    const changed = { object: 'tampered', text: (line?.text ?? '').replace('order-handling', 'order-handlinG') };

    const [finding] = await alarming(trailOf([changed, ...others]), accessIsOver);

    expect(finding).toMatchObject({ verdict: 'changed' });
  });
});

describe('delete markers', () => {
  const marker = (at: string): DeleteMarker => ({ bucket: 'records', key: keyAt('access', '20'), at: new Date(at) });

  it('are somebody’s before the time is over, and the lifecycle’s after it', async () => {
    const deleteMarkers = [marker('2026-12-04T19:59:00Z'), marker('2026-12-04T20:00:00Z')];

    const report = await verifyTrail(trailOf(evidence.lines, { deleteMarkers }), {}, days, inTime);

    expect(report.deleteMarkers).toEqual([`records/${keyAt('access', '20')}`]);
    expect(reportText(report)).toContain('somebody asked to delete records/class=access/');
  });
});

describe('--from', () => {
  it('reads the hour before, too: an object is named after the oldest line in it', async () => {
    const trail = trailOf(sealedOnly, { hoursEarlier: 1 });

    const { findings } = await verifyTrail(trail, { from: '2026-11-26T21' }, days, inTime);

    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ verdict }) => verdict !== 'intact')).toEqual([]);
  });

  it('of a day begins at midnight', async () => {
    const { objects } = await verifyTrail(trailOf(sealedOnly), { from: '2026-11-26' }, days, inTime);

    expect(objects).toBe((await verifyTrail(trailOf(sealedOnly), {}, days, inTime)).objects);
    expect((await verifyTrail(trailOf(sealedOnly), { from: '2026-11-27' }, days, inTime)).objects).toBe(0);
  });
});

describe('copies', () => {
  const copies = (lines: readonly StoredLine[]): VerifiedTrail => ({ ...trailOf(lines), region: 'us-east-1' });

  it('are verified by the table’s replica, and the report says by which key', async () => {
    const report = await verifyTrail(copies(sealedOnly), { copiesOf: region }, days, inTime);

    expect(report.findings.length).toBeGreaterThan(0);
    expect(report.findings.filter(({ verdict }) => verdict !== 'intact')).toEqual([]);
    expect(report.region).toBe('sa-east-1 in us-east-1');
    expect(reportText(report)).toMatch(/public key that the table keeps, SHA-256 [0-9a-f]{64}/);
  });

  it('that were not made, or were removed, are missed', async () => {
    const findings = await alarming(copies(withoutClass('security')), inTime, { copiesOf: region });

    expect(findings.some(({ verdict }) => verdict === 'removed')).toBe(true);
  });

  it('need the true key in the table, which the region itself finds out', async () => {
    const kept = otherKeys.publicKey.export({ type: 'spki', format: 'der' });

    const [finding] = await alarming(trailOf(sealedOnly, { kept }), inTime);

    expect(finding).toMatchObject({ chain: `seals of ${region}`, verdict: 'forged seal' });
    expect(finding?.details).toEqual(['the public key in the table is not that of the key']);
  });
});
