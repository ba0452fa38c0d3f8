import type { EraseSubjectAnswer } from '../../../lambdas/privacy/erase-subject.contract';
import { recordErasure } from '../../../lambdas/privacy/record-erasure.use-case';
import { InMemoryAuditTrail } from '../shared/in-memory-audit-trail';
import { testTokenOf as tokenOf } from '../shared/in-memory-subject-keys';

const request = { customerId: 'customer-42', operator: 'user/ada' };
const clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };

const setUp = (answer: () => Promise<EraseSubjectAnswer>) => {
  const trail = new InMemoryAuditTrail();
  let asked = 0;
  const erase = async (): Promise<EraseSubjectAnswer> => {
    asked += 1;
    return answer();
  };
  const run = () => recordErasure({ erase, trail, tokenOf, clock, region: 'sa-east-1' })(request, 'request-1');
  return { trail, run, asked: () => asked };
};

it('records who has asked, and for whom, without naming the customer', async () => {
  const { trail, run } = setUp(async () => ({ kind: 'erased', certificate: {} as never }));

  await run();

  expect(trail.records).toMatchObject([
    {
      ...{ class: 'security', action: 'subject.erase', outcome: 'granted', revision: 1 },
      ...{ actor: { id: 'user/ada', role: 'operator' }, subject: `customer/${await tokenOf(request.customerId)}` },
    },
  ]);
  expect(JSON.stringify(trail.records)).not.toContain(request.customerId);
});

it('erases nothing that cannot be recorded', async () => {
  const { trail, run, asked } = setUp(async () => ({ kind: 'not-sealing' }));
  trail.isAway = true;

  await expect(run()).rejects.toMatchObject({ name: 'AuditUnavailableError' });
  expect(asked()).toBe(0);
});

it.each([
  ['not-found', async (): Promise<EraseSubjectAnswer> => ({ kind: 'nothing-sealed', subject: 's' })],
  ['denied', async (): Promise<EraseSubjectAnswer> => ({ kind: 'not-sealing' })],
])('says in a second revision that it was %s', async (outcome, answer) => {
  const { trail, run } = setUp(answer);

  await run();

  expect(trail.records.map((record) => [record.revision, record.outcome])).toEqual([
    [1, 'granted'],
    [2, outcome],
  ]);
});

it('says so when it has failed, and fails', async () => {
  const { trail, run } = setUp(async () => {
    throw new Error('a region is dark');
  });

  await expect(run()).rejects.toThrow('a region is dark');
  expect(trail.records.at(-1)).toMatchObject({ revision: 2, outcome: 'failed' });
});
