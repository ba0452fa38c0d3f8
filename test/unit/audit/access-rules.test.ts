import fc from 'fast-check';
import { type KnownAbout, unknownActor } from '../../../lambdas/audit/access-history';
import { historyText, profileText, readHistory, readProfile } from '../../../lambdas/audit/access-history-text';
import { judgeAccess } from '../../../lambdas/audit/access-judgement';
import { unknownProfile } from '../../../lambdas/audit/access-profile';
import { accessRules } from '../../../lambdas/audit/access-rules';
import type { SeenAccess } from '../../../lambdas/audit/seen-access';
import { accessRuleNames } from '../../../lambdas/audit/watch-metrics.contract';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const monday = Date.UTC(2026, 2, 2);

const nobody: KnownAbout = { actor: unknownActor, role: unknownProfile, elsewhere: [], ownSubjects: ['customer/self'] };

let made = 0;
const access = (atMs: number, change: Partial<SeenAccess> = {}): SeenAccess => {
  made += 1;
  return {
    recordId: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
    actorId: 'ana',
    role: 'support',
    action: 'order.read',
    subject: `order/${made}`,
    country: 'BR',
    refused: false,
    atMs,
    ...change,
  };
};

const judged = (known: KnownAbout, accesses: readonly SeenAccess[]): KnownAbout =>
  accesses.reduce((before, one) => judgeAccess(before, one, 'sa-east-1'), known);

const foundIn = ({ actor }: KnownAbout) => actor.untold.map(({ rule }) => rule);

/** `perHour` different subjects in each of the hours of ten working days; then nothing is untold. */
const afterTwoWeeks = (hours: readonly number[], perHour: number, change: Partial<SeenAccess> = {}): KnownAbout => {
  const days = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11];
  const accesses = days.flatMap((day) =>
    hours.flatMap((hour) =>
      Array.from({ length: perHour }, (_, index) =>
        access(monday + day * DAY + hour * HOUR + Math.floor((index * HOUR) / perHour), change),
      ),
    ),
  );
  const known = judged(nobody, accesses);
  return { ...known, actor: { ...known.actor, untold: [], told: {} } };
};

const office = [12, 13, 14, 15, 17, 18, 19, 20];
const nextMonday = monday + 14 * DAY;
const reads = (fromMs: number, amount: number, gapMs: number, change: Partial<SeenAccess> = {}) =>
  Array.from({ length: amount }, (_, index) => access(fromMs + index * gapMs, change));

describe('an operator who never read more than 30 subjects an hour', () => {
  const ana = afterTwoWeeks(office, 30);

  test('may have a busy hour of 75', () => {
    expect(foundIn(judged(ana, reads(nextMonday + 13 * HOUR, 75, 47_000)))).toEqual([]);
  });

  test('is told of once when there are 500, and the finding says what the limit was', () => {
    const { actor } = judged(ana, reads(nextMonday + 13 * HOUR, 500, 6_000));

    expect(actor.untold).toHaveLength(1);
    expect(actor.untold[0]).toMatchObject({
      rule: 'mass-reads',
      severity: 'high',
      actor: { id: 'ana', role: 'support' },
      facts: { limit: expect.any(Number) },
      serves: expect.arrayContaining(['LGPD art. 46']),
    });
  });

  test('is not told of for reading the same 20 subjects over and over', () => {
    const again = Array.from({ length: 1_000 }, (_, index) =>
      access(nextMonday + 13 * HOUR + index * 3_000, { subject: `order/same-${index % 20}` }),
    );

    expect(foundIn(judged(ana, again))).toEqual([]);
  });

  test('is told of again in another hour', () => {
    const twice = [...reads(nextMonday + 13 * HOUR, 300, 4_000), ...reads(nextMonday + 15 * HOUR, 300, 4_000)];

    expect(foundIn(judged(ana, twice))).toEqual(['mass-reads', 'mass-reads']);
  });

  test('cannot make 500 usual in a day by staying just below what rings', () => {
    let known = ana;
    const most: number[] = [];
    for (const hour of [...office, ...office.map((late) => late + 24)]) {
      const fromMs = nextMonday + hour * HOUR;
      let count = 0;
      while (count < 600) {
        const next = judged(known, reads(fromMs + count * 5_000, 1, 0));
        if (next.actor.untold.length > 0) break;
        known = next;
        count += 1;
      }
      most.push(count);
    }

    expect(Math.max(...most)).toBeLessThan(300);
  });
});

test('a shop that always reads 2,000 an hour rings only beyond that', () => {
  const shop = { role: 'client', actorId: 'shop' };
  const days = [0, 1, 2, 3, 4].map((day) => reads(monday + day * DAY + 10 * HOUR, 2_000 * 4.2, 1_800, shop));
  const known = judged(nobody, days.flat());
  const learnt: KnownAbout = { ...known, actor: { ...known.actor, untold: [], told: {} } };
  const at = monday + 7 * DAY + 12 * HOUR;

  expect(foundIn(judged(learnt, reads(at, 2_000, 1_800, shop)))).toEqual([]);
  expect(foundIn(judged(learnt, reads(at, 8_000, 450, shop)))).toEqual(['mass-reads']);
});

describe('habits', () => {
  const ana = afterTwoWeeks(office, 5);

  test('are told of when somebody who works at noon comes at 5 in the morning, once', () => {
    const night = reads(nextMonday + 5 * HOUR, 5, 60_000);

    expect(foundIn(judged(ana, night))).toEqual(['off-hours']);
  });

  test('bear two hours of overtime', () => {
    expect(foundIn(judged(ana, reads(nextMonday + 22 * HOUR, 3, 60_000)))).toEqual([]);
  });

  test('of the night become habits only when they come again: the second night rings, the third does not', () => {
    const nights = [1, 2, 3].map((day) => reads(nextMonday + day * DAY + 4 * HOUR, 3, 60_000));

    expect(
      nights.map((night, index) => foundIn(judged(judged(ana, nights.slice(0, index).flat()), night)).length),
    ).toEqual([1, 2, 2]);
  });

  test('know countries: a new one is named, and one that is not said decides nothing', () => {
    const at = nextMonday + 13 * HOUR;

    expect(judged(ana, [access(at, { country: 'KP' })]).actor.untold).toMatchObject([
      { rule: 'new-country', facts: { country: 'KP', usual: 'BR' } },
    ]);
    const { country: _, ...nowhere } = access(at);
    expect(foundIn(judged(ana, [nowhere]))).toEqual([]);
  });

  test('of a role tell what nobody of it does', () => {
    expect(foundIn(judged(ana, [access(nextMonday + 13 * HOUR, { action: 'payment.refund' })]))).toEqual([
      'new-action',
    ]);
  });

  test('of the role stand in for somebody new', () => {
    const bia: KnownAbout = { ...nobody, role: ana.role };

    expect(foundIn(judged(bia, [access(nextMonday + 13 * HOUR, { actorId: 'bia' })]))).toEqual([]);
    expect(foundIn(judged(bia, [access(nextMonday + 5 * HOUR, { actorId: 'bia' })]))).toEqual(['off-hours']);
  });

  test('of another region stand in for those here, before the role’s', () => {
    const moved: KnownAbout = { ...nobody, elsewhere: [ana.actor.profile] };

    expect(foundIn(judged(moved, [access(nextMonday + 13 * HOUR)]))).toEqual([]);
    expect(foundIn(judged(moved, [access(nextMonday + 13 * HOUR, { country: 'KP' })]))).toEqual(['new-country']);
  });
});

test('of whom nothing is known only absolute limits hold, and the own data', () => {
  const at = nextMonday + 3 * HOUR;

  expect(foundIn(judged(nobody, reads(at, 140, 2_000, { action: 'payment.refund', country: 'KP' })))).toEqual([]);
  expect(foundIn(judged(nobody, reads(at, 500, 1_000)))).toEqual(['mass-reads']);
  expect(foundIn(judged(nobody, [access(at, { subject: 'customer/self' })]))).toEqual(['self-access']);
  expect(foundIn(judged(nobody, reads(at, 30, 1_000, { refused: true })))).toEqual(['denied-burst']);
});

test('a second revision that says "refused" counts the refusal once', () => {
  const tries = reads(nextMonday, 29, 1_000, { subject: 'order/one' });
  const both = tries.flatMap((one) => [one, { ...one, refused: true }, { ...one, refused: true }]);

  expect(foundIn(judged(nobody, both))).toEqual([]);
});

test('records that come twice or out of order change nothing of what is found', () => {
  const attack = reads(nextMonday + 13 * HOUR, 200, 5_000);
  const ana = afterTwoWeeks(office, 10);
  const wanted = judged(ana, attack);

  fc.assert(
    fc.property(fc.array(fc.nat({ max: 199 }), { maxLength: 50 }), (repeats) => {
      const again = judged(
        wanted,
        repeats.map((index) => attack[index]).filter((one) => one !== undefined),
      );

      expect(again.actor.untold).toEqual(wanted.actor.untold);
      expect(historyText(again.actor)).toBe(historyText(wanted.actor));
      expect(profileText(again.role)).toBe(profileText(wanted.role));
    }),
    { numRuns: 25 },
  );
});

test('a history is the same after it was written down, and stays small', () => {
  const { actor, role } = judged(afterTwoWeeks(office, 5), reads(nextMonday + 13 * HOUR, 10_000, 300));
  const text = historyText(actor);

  expect(JSON.parse(historyText(readHistory(text)))).toEqual(JSON.parse(text));
  expect(readProfile(profileText(role))).toEqual(JSON.parse(profileText(role)));
  expect(text.length).toBeLessThan(30_000);
  expect(text).not.toContain('order/');
});

test('each rule says what it serves, and the names that alarms know are those of the rules', () => {
  expect(accessRules.map(({ name }) => name).sort()).toEqual([...accessRuleNames].sort());
  for (const { serves, explanation } of accessRules) {
    expect(serves.length).toBeGreaterThan(0);
    expect(serves.every((one) => /^(SOC 2 CC\d\.\d|LGPD art\. \d+)/.test(one))).toBe(true);
    expect(explanation).toMatch(/^[A-Z].*[^.]\.$/);
  }
});
