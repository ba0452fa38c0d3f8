import { eraseSubjectAnswer } from '../../../lambdas/privacy/erase-subject.contract';
import { eraseSubject } from '../../../lambdas/privacy/erase-subject.use-case';
import { type StageRetention, statementText } from '../../../lambdas/privacy/erasure-certificate';
import { testTokenOf as tokenOf } from '../shared/in-memory-subject-keys';
import { InMemoryCertificates, InMemoryVault } from './in-memory-vaults';

const request = { customerId: 'customer-42' };

const setUp = (keeps: Partial<StageRetention> = {}) => {
  const kept = { sealed: 'all', activityLogDays: 7, accessRecordDays: 183, ...keeps } as const;
  const [here, there] = [new InMemoryVault('sa-east-1'), new InMemoryVault('us-east-1')];
  const certificates = new InMemoryCertificates();
  let seconds = 0;
  const clock = { now: () => new Date(Date.UTC(2026, 10, 23, 8, 0, (seconds += 1))) };
  const wait = async () => undefined;
  const erase = eraseSubject({ vaults: [here, there], certificates, tokenOf, kept, clock, wait });
  return { here, there, certificates, erase };
};

it('destroys the keys of every region, leaves tombstones, and certifies it', async () => {
  const { here, there, erase } = setUp();
  here.make();
  there.make();

  const answer = await erase(request);

  expect([here.keys.size, there.keys.size]).toEqual([0, 0]);
  expect([here.make(), there.make()]).toEqual([false, false]);
  expect(eraseSubjectAnswer.parse(answer)).toMatchObject({
    kind: 'erased',
    certificate: {
      subject: await tokenOf(request.customerId),
      regions: ['sa-east-1', 'us-east-1'],
      keysDestroyed: [{ region: 'sa-east-1' }, { region: 'us-east-1' }],
      basis: expect.stringContaining('LGPD'),
    },
  });
});

it('states in the certificate when it takes effect in every process, and nothing personal', async () => {
  const { here, erase } = setUp();
  here.make();

  const answer = await erase(request);

  if (answer.kind !== 'erased') throw new Error(`expected an erasure, got ${answer.kind}`);
  const { certificate } = answer;
  expect(Date.parse(certificate.effectiveAt) - Date.parse(certificate.verifiedAt)).toBe(300_000);
  expect(JSON.stringify(certificate)).not.toContain(request.customerId);
  expect(JSON.parse(statementText(certificate))).not.toHaveProperty('signature');
});

it('answers a repeated request the same certificate', async () => {
  const { here, certificates, erase } = setUp();
  here.make();

  const [first, second] = [await erase(request), await erase(request)];

  expect(second).toEqual(first);
  expect(certificates.issued).toHaveLength(1);
});

it('goes on where a dark region has stopped it, and certifies nothing before', async () => {
  const { here, there, certificates, erase } = setUp();
  here.make();
  there.make();
  there.isDark = true;

  await expect(erase(request)).rejects.toMatchObject({ name: 'ErasureIncompleteError', regions: ['us-east-1'] });
  expect(certificates.issued).toEqual([]);

  there.isDark = false;
  expect(await erase(request)).toMatchObject({ kind: 'erased' });
  expect([here.keys.size, there.keys.size]).toEqual([0, 0]);
});

it('still names the keys that an interrupted erasure has destroyed', async () => {
  const { here, there, erase } = setUp();
  here.make();
  there.make();
  // Dies once it has destroyed the keys here.
  here.destroy = async () => {
    here.keys.clear();
    there.isDark = true;
  };
  await expect(erase(request)).rejects.toMatchObject({ name: 'ErasureIncompleteError' });
  there.isDark = false;
  here.destroy = async () => here.keys.clear();

  expect(await erase(request)).toMatchObject({
    certificate: { keysDestroyed: [{ region: 'sa-east-1' }, { region: 'us-east-1' }] },
  });
});

it('destroys a key that replication brings after its region was told', async () => {
  const late = { region: 'sa-east-1', madeAt: '2026-11-23T07:59:59.999Z' };
  const { here, there, erase } = setUp();
  here.make();
  const destroy = there.destroy.bind(there);
  let arrived = false;
  there.destroy = async () => {
    await destroy();
    if (!arrived) there.receive(late);
    arrived = true;
  };

  expect(await erase(request)).toMatchObject({ kind: 'erased' });
  expect(there.keys.size).toBe(0);
});

it('certifies nothing while a region has a key', async () => {
  const { here, there, certificates, erase } = setUp();
  here.make();
  there.make();
  there.destroy = async () => undefined;

  await expect(erase(request)).rejects.toMatchObject({ step: 'verify', regions: ['us-east-1'] });
  expect(certificates.issued).toEqual([]);
});

it('erases nobody for whom nothing was sealed: the id may be mistyped', async () => {
  const { here, there, erase } = setUp();

  expect(await erase(request)).toEqual({ kind: 'nothing-sealed', subject: await tokenOf(request.customerId) });
  expect([here.tombstone, there.tombstone]).toEqual([undefined, undefined]);
});

it('erases nothing where orders are not sealed and nothing else was', async () => {
  const { erase } = setUp({ sealed: 'none' });

  expect(await erase(request)).toEqual({ kind: 'not-sealing' });
});

it('destroys the keys of what is sealed in any phase, as searches are, and says that orders are in the open', async () => {
  const { here, erase } = setUp({ sealed: 'none' });
  here.make();

  const answer = await erase(request);

  expect(here.keys.size).toBe(0);
  expect(answer.kind).toBe('erased');
  expect(JSON.stringify(answer)).toContain('npm run migrate -- backfill');
});

it('says what is still open before the contract', async () => {
  const { here, erase } = setUp({ sealed: 'new' });
  here.make();

  expect(JSON.stringify(await erase(request))).toContain('npm run migrate -- backfill');
});

const remainsOf = async (keeps: Partial<StageRetention>) => {
  const { here, erase } = setUp(keeps);
  here.make();
  const answer = eraseSubjectAnswer.parse(await erase(request));
  if (answer.kind !== 'erased') throw new Error(`expected an erasure, got ${answer.kind}`);
  return answer.certificate.remains.map(({ what, until }) => [what, until?.slice(0, 'yyyy-mm-dd'.length)] as const);
};
const untilOf = (remains: Awaited<ReturnType<typeof remainsOf>>, what: RegExp) =>
  remains.filter(([text]) => what.test(text)).map(([, until]) => until);

it('names what remains of visits under the customer id, and when the last copy is gone', async () => {
  expect(untilOf(await remainsOf({}), /visits under the customer id/)).toEqual(['2027-04-04']);
  // A log of a year, and what was taken out of it at its end.
  expect(untilOf(await remainsOf({ activityLogDays: 365 }), /visits under/)).toEqual(['2028-02-21']);
});

it('names what else is not sealed: labels of orders, parked cases, records of access', async () => {
  const remains = await remainsOf({});

  expect(untilOf(remains, /metadata/)).toEqual([undefined]);
  expect(untilOf(remains, /events of the customer that are parked/)).toEqual([undefined]);
  expect(untilOf(remains, /records of access/)).toEqual(['2027-05-26']);
});

it('counts copies of open orders from the end of the backfill: 35 days of recovery, 90 days of histories', async () => {
  const recent = await remainsOf({ sealed: 'all', sealedSince: '2026-11-20' });
  const older = await remainsOf({ sealed: 'all', sealedSince: '2026-10-01' });
  const old = await remainsOf({ sealed: 'all', sealedSince: '2026-05-01' });
  const unknown = await remainsOf({ sealed: 'all' });

  const [recovery, histories] = [/point-in-time recovery of the tables/, /histories of their sagas/];
  expect([recovery, histories].map((what) => untilOf(recent, what))).toEqual([['2026-12-26'], ['2027-02-19']]);
  expect([recovery, histories].map((what) => untilOf(older, what))).toEqual([[], ['2026-12-31']]);
  expect([recovery, histories].map((what) => untilOf(old, what))).toEqual([[], []]);
  expect([recovery, histories].map((what) => untilOf(unknown, what))).toEqual([[undefined], [undefined]]);
  // Nobody knows when an operator closes a case.
  expect(untilOf(old, /commands of before the cutover that are parked/)).toEqual([undefined]);
});
