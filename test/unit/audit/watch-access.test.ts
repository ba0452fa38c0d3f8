import { watchAccess } from '../../../lambdas/audit/watch-access.use-case';
import { type AccessRecord, accessRecord, recordIdOf } from '../../../lambdas/shared/access-record.contract';
import { InMemoryAccessHistories, InMemoryFindingDesk, InMemoryRecordedRequests } from './in-memory-access-watch';

const start = Date.UTC(2026, 2, 2, 13);

const record = (index: number, change: Partial<AccessRecord> = {}): AccessRecord =>
  accessRecord.parse({
    recordId: recordIdOf(`request-${index}`, 'order.read'),
    revision: 1,
    class: 'access',
    actor: { id: 'ana', role: 'support' },
    action: 'order.read',
    subject: `order/${index}`,
    fields: ['customerId'],
    purpose: 'order-handling',
    sourceIp: '203.0.113.7',
    userAgent: 'test',
    requestId: `request-${index}`,
    correlationId: `request-${index}`,
    time: new Date(start + index * 1_000).toISOString(),
    outcome: 'granted',
    region: 'sa-east-1',
    ...change,
  });

const arriving = (data: string | AccessRecord, index = 0) => ({
  sequenceNumber: String(index + 1),
  arrivedAt: new Date(start + index * 1_000 + 3_000),
  data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)),
});

const reads = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => arriving(record(from + index), from + index));

const setUp = () => {
  const histories = new InMemoryAccessHistories();
  const desk = new InMemoryFindingDesk();
  const requests = new InMemoryRecordedRequests();
  const said: string[] = [];
  const report = {
    found: ({ rule }: { readonly rule: string }) => said.push(rule),
    unreadable: (_: string, issue: string) => said.push(issue),
  };
  return {
    histories,
    desk,
    requests,
    said,
    watch: watchAccess({ histories, desk, requests, report, region: 'sa-east-1' }),
  };
};

test('500 reads of somebody unknown are told once, in however many batches and on however many shards', async () => {
  const { watch, desk, said } = setUp();
  const batches = Array.from({ length: 25 }, (_, batch) => reads(batch * 20, batch * 20 + 20));

  for (const [index, batch] of batches.entries()) await watch(`shard-${index % 3}`, batch);

  expect(desk.published.map(({ rule }) => rule)).toEqual(['mass-reads']);
  expect(said).toEqual(['mass-reads']);
});

test('batches that come again tell nothing again', async () => {
  const { watch, desk } = setUp();

  await watch('shard-0', reads(0, 400));
  await watch('shard-0', reads(0, 400));
  await watch('shard-1', reads(100, 300));

  expect(desk.published).toHaveLength(1);
});

test('a finding that was kept is told although whoever made it died before', async () => {
  const { watch, desk } = setUp();
  desk.beforePublish = () => {
    throw new Error('the process is gone');
  };
  await expect(watch('shard-0', reads(0, 400))).rejects.toThrow('gone');
  desk.beforePublish = () => undefined;

  await watch('shard-0', reads(0, 400));
  expect(desk.published).toHaveLength(0);
  desk.endClaims();
  await watch('shard-0', reads(0, 400));
  await watch('shard-0', reads(0, 400));

  expect(desk.published).toHaveLength(1);
});

test('an actor whose records come by two shards at once loses none of them', async () => {
  const { watch, desk, histories } = setUp();
  let meddled = false;
  histories.beforeKeep = async () => {
    if (meddled) return;
    meddled = true;
    await watch('shard-1', reads(140, 280));
  };

  await watch('shard-0', reads(0, 140));
  await watch('shard-0', reads(280, 310));

  expect(desk.published).toHaveLength(1);
});

test('a history that is always stale has the batch come again', async () => {
  const { watch, histories } = setUp();
  let busy = false;
  let other = 1_000;
  histories.beforeKeep = async () => {
    if (busy) return;
    busy = true;
    other += 1;
    await watch('shard-1', [arriving(record(other))]);
    busy = false;
  };

  await expect(watch('shard-0', reads(0, 2))).rejects.toThrow('was changed since it was read');
});

test('a clock that is a year ahead moves no window', async () => {
  const { watch, desk } = setUp();
  const future = record(0, { time: '2027-03-02T13:00:00.000Z' });

  await watch('shard-0', [arriving(future)]);
  await watch('shard-0', reads(1, 400));

  expect(desk.published).toHaveLength(1);
});

test('ticks are nothing, and what is no record is reported by its fields and not by what it says', async () => {
  const { watch, said } = setUp();
  const wrong = JSON.stringify({ ...record(1), revision: 9, subject: 'Ana Maria' });

  await watch('shard-0', [arriving('{"tick":"hour"}'), arriving('no json'), arriving(wrong)]);

  expect(said).toHaveLength(2);
  expect(said.join()).toContain('revision: expected at most 2');
  expect(said.join()).not.toContain('Ana');
});

test('the own data are seen by the subject, and the finding does not repeat it', async () => {
  const { watch, desk } = setUp();

  await watch('shard-0', [arriving(record(1, { subject: 'customer/ana' }))]);

  expect(desk.published).toMatchObject([{ rule: 'self-access', recordId: record(1).recordId }]);
  expect(JSON.stringify(desk.published)).not.toContain('customer/ana');
});

test('requests are noted by the minute of their record', async () => {
  const { watch, requests } = setUp();
  const minute = Math.floor(start / 60_000);

  await watch('shard-0', reads(0, 2));

  expect(await requests.noted(['request-0', 'request-1', 'request-2'], [minute])).toEqual(
    new Set(['request-0', 'request-1']),
  );
});
