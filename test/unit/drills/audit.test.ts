import { activityRead, normalAccesses } from '../../../drills/audit/accesses';
import { partsOf } from '../../../drills/audit/audit-parts';
import { bendTrail } from '../../../drills/audit/bend-trail';
import { hourBehind } from '../../../drills/audit/close-hour';
import { minutesBetween } from '../../../drills/audit/compare-minutes';
import { type Attack, attackFigures, countAttacks, secondsToFindings } from '../../../drills/audit/count-attacks';
import { completenessFigures, countCompleteness } from '../../../drills/audit/count-completeness';
import { countDeletions, deletionFigures } from '../../../drills/audit/count-deletions';
import { countErasure, type ErasureEvidence, erasureFigures } from '../../../drills/audit/count-erasure';
import { type AnsweredAccess, countRecords, recordFigures } from '../../../drills/audit/count-records';
import { countTampering, plotTampering, tamperingFigures } from '../../../drills/audit/count-tampering';
import {
  allHours,
  hoursAwayFrom,
  plantedHistory,
  plantedLimits,
  plantedProfile,
  type Usual,
} from '../../../drills/audit/planted-profile';
import { auditProtections } from '../../../drills/audit/protections';
import { findingsIn } from '../../../drills/audit/read-findings';
import { tamperings } from '../../../drills/audit/tampering';
import { medianOf } from '../../../drills/audit/time-calls';
import { FaultLog } from '../../../drills/harness/fault-log';
import { type Figure, holds } from '../../../drills/harness/figure';
import { seededRandom } from '../../../drills/harness/random';
import { readHistory, readProfile } from '../../../lambdas/audit/access-history-text';
import { judgeAccess } from '../../../lambdas/audit/access-judgement';
import { limitsOf } from '../../../lambdas/audit/access-limits';
import type { AccessRecord } from '../../../lambdas/shared/access-record.contract';
import { verifyChains } from '../../../local/audit/verify-chains';
import { madeUpEvidence, madeUpRecord } from '../local/audit-evidence';

const broken = (figures: readonly Figure[]) => figures.filter((figure) => !holds(figure)).map(({ name }) => name);
const valueOf = (figures: readonly Figure[], name: string) => figures.find((figure) => figure.name === name)?.value;

describe('the parts of the audit drill', () => {
  it('are all there with the protections, but that no calls are timed in the smaller size', () => {
    const full = partsOf({ size: 'full' });
    expect(partsOf({ size: 'reduced' })).toEqual(full.filter((part) => part !== 'times'));
  });

  it.each(auditProtections.map(({ name }) => name))('are fewer without %s', (sabotage) => {
    expect(partsOf({ size: 'reduced', sabotage })).toHaveLength(1);
  });
});

describe('the accesses of the audit drill', () => {
  const random = seededRandom('accesses');
  const desks = ['desk-1', 'desk-2'].map((client) => ({
    client,
    customers: [`${client}-a`, `${client}-b`],
    orders: [random.uuid()],
  }));

  it('are as many as were asked for, each under an id of its own, and of few subjects', () => {
    const accesses = normalAccesses(random, desks, 300);
    expect(accesses).toHaveLength(300);
    expect(new Set(accesses.map(({ correlationId }) => correlationId)).size).toBe(300);
    for (const { client } of desks) {
      const paths = new Set(accesses.filter((access) => access.client === client).map(({ path }) => path));
      expect(paths.size).toBeLessThan(plantedLimits.subjectsInFiveMinutes / 4);
    }
  });

  it('name the record that they leave', () => {
    expect(activityRead(random, 'desk-1', 'ada')).toMatchObject({ action: 'activity.read', path: '/v1/activity/ada' });
  });
});

describe('what is planted as usual', () => {
  const at = new Date('2026-11-26T09:30:00.000Z');
  const today = Math.floor(at.getTime() / 86_400_000);
  const usual: Usual = { today, hours: allHours, countries: ['BR'], actions: ['order.read'] };
  const known = (planted: Usual) => ({
    actor: readHistory(JSON.stringify(plantedHistory(planted))),
    role: readProfile(JSON.stringify(plantedProfile(usual))),
    elsewhere: [],
    ownSubjects: ['customer/own'],
  });
  const access = {
    ...{ recordId: 'one', actorId: 'ada', role: 'client', action: 'order.read', atMs: at.getTime(), refused: false },
    ...{ subject: 'order/one', country: 'BR' },
  };
  const rulesOf = (planted: Usual, change: object) =>
    judgeAccess(known(planted), { ...access, ...change }, 'sa-east-1').actor.untold.map(({ rule }) => rule);

  it('makes the limits that the drill goes by', () => {
    expect(limitsOf(readProfile(JSON.stringify(plantedProfile(usual))))).toMatchObject(plantedLimits);
  });

  it.each([
    ['nothing about a usual access', usual, {}, []],
    ['another country', usual, { country: 'NL' }, ['new-country']],
    ['an action that the role never did', usual, { action: 'order.cancel' }, ['new-action']],
    ['the own data', usual, { subject: 'customer/own' }, ['self-access']],
    ['another hour', { ...usual, hours: hoursAwayFrom(9) }, {}, ['off-hours']],
  ])('has the watch tell %s', (_, planted, change, rules) => {
    expect(rulesOf(planted, change)).toEqual(rules);
  });
});

describe('counting records', () => {
  const random = seededRandom('records');
  const recordOf = (change: Partial<AccessRecord>): AccessRecord => ({
    ...madeUpRecord(random, new Date('2026-11-26T09:00:00.000Z')),
    action: 'order.read',
    ...change,
  });
  const accesses: readonly AnsweredAccess[] = [
    { correlationId: 'one', action: 'order.read', status: 200 },
    { correlationId: 'two', action: 'order.read', status: 404 },
    { correlationId: 'dead', action: 'order.read', status: 502 },
    { correlationId: 'silent', action: 'order.read' },
  ];
  const one = recordOf({ correlationId: 'one' });
  const two = recordOf({ correlationId: 'two' });
  const stored = [one, one, two, { ...two, revision: 2, outcome: 'not-found' as const }];

  it('finds nothing wrong where each answer has one record, however often it is stored', () => {
    const figures = countRecords(accesses, [...stored, recordOf({ correlationId: 'somebody else' })]);
    expect(broken(figures)).toEqual([]);
    expect(valueOf(figures, 'accesses answered')).toBe(2);
    expect(valueOf(figures, 'lines stored again, which count once')).toBe(1);
  });

  it.each([
    ['has none', stored.slice(2), recordFigures.missing],
    ['has two', [...stored, recordOf({ correlationId: 'one' })], recordFigures.doubled],
    ['is said to have ended otherwise', stored.slice(0, 3), recordFigures.wrong],
  ])('names an answer that %s', (_, records, name) => {
    expect(broken(countRecords(accesses, records))).toEqual([name]);
  });

  it('lets a record stand whose request was never answered', () => {
    const figures = countRecords(accesses, [...stored, recordOf({ correlationId: 'dead' })]);
    expect(broken(figures)).toEqual([]);
    expect(valueOf(figures, 'of them with a record')).toBe(1);
  });
});

describe('counting attacks', () => {
  const attack: Attack = { name: 'an insider', rule: 'mass-reads', actorId: 'eve', detectableAt: 1_000 };
  const actors = new Set(['eve', 'ada']);
  const told = { rule: 'mass-reads', actorId: 'eve', toldAt: 3_500 };

  it('takes the time from the first access that could give it away', () => {
    expect(secondsToFindings([attack], [told, { ...told, toldAt: 9_000 }])).toEqual([{ attack, seconds: 2.5 }]);
    expect(broken(countAttacks([attack], [told], actors))).toEqual([]);
  });

  it.each([
    ['not found', [], [attackFigures.missed]],
    ['found and not told', [{ rule: 'mass-reads', actorId: 'eve' }], [attackFigures.missed]],
    ['told late', [{ ...told, toldAt: 62_000 }], [attackFigures.slowest]],
    ['told together with a false alarm', [told, { ...told, actorId: 'ada' }], [attackFigures.falseAlarms]],
    [
      'told together with a finding of another rule',
      [told, { ...told, rule: 'off-hours' }],
      [attackFigures.falseAlarms],
    ],
    ['told together with one about somebody else', [told, { ...told, actorId: 'not of the drill' }], []],
  ])('judges one that is %s', (_, findings, names) => {
    expect(broken(countAttacks([attack], findings, actors))).toEqual(names);
  });

  it('reads findings as the table keeps them', () => {
    const finding = {
      findingId: '0f1c9c8e-7e0b-5b3a-9a55-1d1a1c1b1a19',
      ...{
        rule: 'mass-reads',
        serves: [],
        severity: 'high',
        explanation: 'many',
        actor: { id: 'eve', role: 'client' },
      },
      ...{ region: 'sa-east-1', facts: {}, recordId: '0f1c9c8e-7e0b-5b3a-9a55-1d1a1c1b1a19' },
      time: '2026-11-26T09:00:00.000Z',
    };
    const item = { pk: 'FINDING#1', finding: JSON.stringify(finding), toldAt: '2026-11-26T09:00:02.000Z' };
    const since = Date.parse(finding.time);
    expect(findingsIn([item, { pk: 'ACTOR#eve' }], since)).toEqual([
      { rule: 'mass-reads', actorId: 'eve', toldAt: since + 2_000 },
    ]);
    expect(findingsIn([item], since + 1)).toEqual([]);
  });
});

describe('bending the trail', () => {
  const run = () => {
    const faults = new FaultLog(() => 0);
    faults.expect('ways to bend the trail tried', 200);
    const progress = { phase: () => undefined, update: () => undefined, note: () => undefined, end: () => undefined };
    return { random: seededRandom('bend'), size: 'reduced', faults, progress } as const;
  };
  const { untouched, judged } = bendTrail(run(), madeUpEvidence(seededRandom('trail')));

  it('is found whichever way it is done, and nobody else is accused', () => {
    expect(judged.length).toBeGreaterThanOrEqual(200);
    expect(broken(countTampering(untouched, judged))).toEqual([]);
    expect(plotTampering(judged).rows).toHaveLength(tamperings.length);
  });

  it('is counted as missed when nobody finds it', () => {
    const [first] = judged;
    if (first === undefined) throw new Error('expected a tampering');
    expect(broken(countTampering(untouched, [{ ...first, findings: untouched }]))).toEqual([tamperingFigures.missed]);
  });

  it('is told from what nobody has touched', () => {
    const accused = [{ chain: 'a/access/b/c', verdict: 'changed', links: 1, details: [] }] as const;
    expect(broken(countTampering(accused, judged))).toEqual([tamperingFigures.accused]);
    const [first] = judged;
    if (first === undefined) throw new Error('expected a tampering');
    const wronged = { ...first, findings: [...first.findings, ...accused] };
    expect(broken(countTampering(untouched, [wronged]))).toEqual([tamperingFigures.accused]);
  });

  it.each(tamperings)('changes the trail: $kind', ({ bend }) => {
    const evidence = madeUpEvidence(seededRandom('one'));
    const bent = bend(evidence, seededRandom('two'));
    expect(bent.touched.length).toBeGreaterThan(0);
    expect(verifyChains(bent.evidence)).not.toEqual(verifyChains(evidence));
  });
});

describe('counting the rest', () => {
  const evidence: ErasureEvidence = {
    fields: [{ region: 'sa-east-1', field: 'order/1/shipTo', openedBefore: true, opensAfter: false }],
    plantedBefore: [],
    plantedAfter: [],
    placesSearched: 100,
    isCertified: true,
  };

  it.each([
    ['nothing', evidence, []],
    [
      'a field that still opens',
      { ...evidence, fields: [{ ...evidence.fields[0], opensAfter: true }] },
      [erasureFigures.readable],
    ],
    [
      'a field that never opened',
      { ...evidence, fields: [{ ...evidence.fields[0], openedBefore: false }] },
      [erasureFigures.unopened],
    ],
    ['a value in the open', { ...evidence, plantedAfter: ['Ada in a log'] }, [erasureFigures.planted]],
    ['no certificate', { ...evidence, isCertified: false }, [erasureFigures.certificates]],
  ])('names after an erasure: %s', (_, seen, names) => {
    expect(broken(countErasure(seen as ErasureEvidence))).toEqual(names);
  });

  it('names what an administrator could do against the lock', () => {
    const refused = { what: 'delete', refusal: 'AccessDenied' };
    expect(broken(countDeletions({ attempts: [refused], deleted: [] }))).toEqual([]);
    expect(broken(countDeletions({ attempts: [refused, { what: 'delete' }], deleted: ['one'] }))).toEqual([
      deletionFigures.deleted,
      deletionFigures.permitted,
    ]);
  });

  it('names requests that completeness was silent about, and those it did not forget', () => {
    const record = madeUpRecord(seededRandom('rung'), new Date());
    const { correlationId, requestId } = record;
    const rung = { unwatched: [correlationId], named: new Set([requestId]), left: new Set<string>() };
    expect(broken(countCompleteness(rung, [record]))).toEqual([]);
    expect(broken(countCompleteness({ ...rung, named: new Set<string>() }, [record]))).toEqual([
      completenessFigures.silent,
    ]);
    expect(broken(countCompleteness({ ...rung, left: new Set(['one']) }, [record]))).toEqual([
      completenessFigures.restless,
    ]);
  });

  it('knows the hour behind one, the minutes between two times, and the middle of a list', () => {
    expect(hourBehind('2026-12-31T23')).toBe('2027-01-01T00');
    const at = Date.parse('2026-11-26T09:00:59.000Z');
    expect(minutesBetween(at, at + 2_000)).toEqual(['2026-11-26T09:00:00.000Z', '2026-11-26T09:01:00.000Z']);
    expect(medianOf([3, 1, 2])).toBe(2);
  });
});
