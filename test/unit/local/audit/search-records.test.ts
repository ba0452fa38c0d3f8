import { type AccessRecord, accessRecord, recordIdOf } from '../../../../lambdas/shared/access-record.contract';
import { contradictionsIn, heldRecords, recordsIn } from '../../../../local/audit/held-records';
import { exportText, recordsTable } from '../../../../local/audit/records-text';
import { parseSearchCommand } from '../../../../local/audit/search-command';
import { partitionsOf } from '../../../../local/audit/search-filter';
import { type SearchDeps, searchRecords } from '../../../../local/audit/search-records';

const now = new Date('2026-03-02T13:30:00.000Z');

const access = (requestId: string, change: Partial<AccessRecord> = {}): AccessRecord => ({
  recordId: recordIdOf(requestId, 'order.read'),
  revision: 1,
  class: 'access',
  actor: { id: 'store-front', role: 'client' },
  action: 'order.read',
  subject: `order/${requestId}`,
  fields: ['customerId'],
  purpose: 'order-handling',
  sourceIp: '203.0.113.7',
  userAgent: 'curl',
  requestId,
  correlationId: requestId,
  time: '2026-03-02T13:00:00.000Z',
  outcome: 'granted',
  region: 'sa-east-1',
  ...change,
});

const lineOf = (record: unknown): string => JSON.stringify({ chain: 'c', index: 1, previous: 'p', hash: 'h', record });

const setUp = (lines: { readonly [prefix: string]: readonly string[] }) => {
  const steps: string[] = [];
  const recorded: AccessRecord[] = [];
  const deps: SearchDeps = {
    record: async (look) => {
      steps.push('recorded');
      recorded.push(accessRecord.parse(look));
    },
    lines: async (prefixes) => {
      steps.push('read');
      return prefixes.flatMap((prefix) => lines[prefix] ?? []);
    },
    now: () => now,
    newId: () => 'look-1',
    region: 'sa-east-1',
  };
  return { deps, steps, recorded };
};

const filter = { from: '2026-03-02T12:00:00Z', to: '2026-03-02T14:00:00Z' };
const at13 = 'class=access/year=2026/month=03/day=02/hour=13/';

test('a search shows each record once, as its highest revision says, by time', async () => {
  const early = access('early', { time: '2026-03-02T12:59:00.000Z' });
  const ended = access('one', { revision: 2, outcome: 'not-found' });
  const { deps } = setUp({ [at13]: [access('one'), ended, access('one'), early, early].map(lineOf) });

  const { records, unreadable } = await searchRecords({ action: 'audit.search', actorId: 'ana', filter }, deps);

  expect(records).toEqual([early, ended]);
  expect(unreadable).toBe(0);
});

describe('a later revision', () => {
  const first = access('one');
  const search = { action: 'audit.search', actorId: 'ana', filter } as const;

  test('says how the access ended, and with that of which class it is', async () => {
    const ended = access('one', { revision: 2, outcome: 'denied', class: 'security' });
    const { deps } = setUp({ [at13]: [first, ended].map(lineOf) });

    expect((await searchRecords(search, deps)).records).toEqual([ended]);
    expect(contradictionsIn([first, ended])).toEqual([]);
  });

  test('that says anything else hides nothing: both are shown, and it is said in what they differ', async () => {
    const forged = access('one', { revision: 2, subject: 'order/other', actor: { id: 'nobody', role: 'client' } });
    const { deps } = setUp({ [at13]: [first, forged, first].map(lineOf) });

    expect((await searchRecords(search, deps)).records).toEqual([first, forged]);
    expect(contradictionsIn([first, forged, first])).toEqual([
      `record ${first.recordId} contradicts itself in actor, subject`,
    ]);
  });

  test('cannot say two things at once', () => {
    const one = access('one', { revision: 2, outcome: 'denied' });
    const other = access('one', { revision: 2, outcome: 'failed' });

    expect(heldRecords([first, one, other])).toEqual([first, one, other]);
    expect(contradictionsIn([first, one, other])).toEqual([`record ${first.recordId} contradicts itself in outcome`]);
  });
});

test.each([
  [{ subject: 'order/one' }, 1],
  [{ actor: 'app' }, 1],
  [{ action: 'order.cancel' }, 1],
  [{ actor: 'app', action: 'order.read' }, 0],
  [{ class: 'security' as const }, 0],
  [{ from: '2026-03-02T13:00:00.000Z', to: '2026-03-02T13:00:00.001Z' }, 2],
])('%j finds %i of two', async (change, count) => {
  const cancelled = access('two', { actor: { id: 'app', role: 'client' }, action: 'order.cancel' });
  const { deps } = setUp({ [at13]: [lineOf(access('one')), lineOf(cancelled)] });
  const search = { action: 'audit.search', actorId: 'ana', filter: { ...filter, ...change } } as const;

  expect((await searchRecords(search, deps)).records).toHaveLength(count);
});

test('a refusal is one security record, and no access that was granted', async () => {
  const refusal = access('one', { revision: 2, class: 'security', outcome: 'not-found' });
  const { deps } = setUp({ [at13]: [lineOf(access('one'))], [at13.replace('access', 'security')]: [lineOf(refusal)] });
  const found = async (recordClass?: 'access' | 'security') => {
    const asked = recordClass === undefined ? filter : { ...filter, class: recordClass };
    return (await searchRecords({ action: 'audit.search', actorId: 'ana', filter: asked }, deps)).records;
  };

  expect(await found()).toEqual([refusal]);
  expect(await found('security')).toEqual([refusal]);
  expect(await found('access')).toEqual([]);
});

test('that somebody looks is recorded before anything is read, with whose data are looked for', async () => {
  const { deps, steps, recorded } = setUp({});

  await searchRecords({ action: 'audit.export', actorId: 'ana', filter: { ...filter, subject: 'order/1' } }, deps);

  expect(steps[0]).toBe('recorded');
  expect(recorded).toMatchObject([
    {
      class: 'security',
      action: 'audit.export',
      actor: { id: 'ana', role: 'auditor' },
      subject: 'order/1',
      fields: ['from=2026-03-02T12:00:00Z', 'to=2026-03-02T14:00:00Z'],
    },
  ]);
});

test('what cannot be recorded shows nothing', async () => {
  const { deps, steps } = setUp({ [at13]: [lineOf(access('one'))] });
  const record = () => Promise.reject(new Error('the stream is away'));

  await expect(searchRecords({ action: 'audit.search', actorId: 'ana', filter }, { ...deps, record })).rejects.toThrow(
    'nothing is shown, because the search cannot be recorded: the stream is away',
  );
  expect(steps).toEqual([]);
});

test('lines that hold no record are counted and not shown', () => {
  const read = recordsIn([lineOf(access('one')), lineOf({ unreadable: 'AA==' }), 'no line', 'null']);

  expect(read).toMatchObject({ unreadable: 3, records: [{ requestId: 'one' }] });
  expect(heldRecords([])).toEqual([]);
});

test('the partitions of a search are those of its hours and of a day more, for what came late, but not of the future', () => {
  const partitions = partitionsOf(
    { from: '2026-03-01T22:15:00Z', to: '2026-03-01T23:00:00Z' },
    'access',
    now.getTime(),
  );

  // One hour more: an object is named after the oldest record in it.
  expect(partitions[0]).toBe('class=access/year=2026/month=03/day=01/hour=21/');
  expect(partitions.at(-1)).toBe('class=access/year=2026/month=03/day=02/hour=13/');
  expect(partitions).toHaveLength(17);
});

describe('an export', () => {
  const forged = access('one', { userAgent: '=HYPERLINK("http://evil","a")', purpose: 'a, b' });

  test('as CSV quotes what needs it, and makes no formula of what a caller has chosen', () => {
    const [head, row] = exportText([forged], 'csv').split('\r\n');

    expect(head).toMatch(/^time,actor,role,action,subject,outcome,/);
    expect(row).toContain(`"'=HYPERLINK(""http://evil"",""a"")"`);
    expect(row).toContain('"a, b"');
  });

  test('as JSON is the records', () => {
    expect(JSON.parse(exportText([forged], 'json'))).toEqual([forged]);
  });

  test('keeps a line break inside its cell, and shows nothing that steers a terminal', () => {
    const broken = access('two', { userAgent: 'a\r\nb' });

    expect(exportText([broken], 'csv').split('\r\n')).toHaveLength(4);
    expect(recordsTable([access('three', { actor: { id: 'a\u001b[2Jb', role: 'x' } })])).not.toContain('\u001b');
  });
});

describe('the command line', () => {
  test('without a time means the last 24 hours', () => {
    expect(parseSearchCommand('search', { actor: 'app' }, now)).toEqual({
      kind: 'search',
      filter: { actor: 'app', from: '2026-03-01T13:30:00.000Z', to: '2026-03-02T13:30:00.000Z' },
    });
  });

  test.each([
    ['search', { from: 'yesterday' }, '--from is yesterday, expected a time'],
    ['search', { to: '2026-13-01' }, '--to is 2026-13-01'],
    ['search', { from: '2026-03-03', to: '2026-03-02' }, 'expected a time before'],
    ['search', { from: '2020-01-01' }, 'more than a year'],
    ['search', { class: 'secret' }, '--class is secret, expected access or security'],
    ['search', { out: 'file' }, '--format and --out go with export'],
    ['export', { out: 'file' }, '--format is not given, expected csv or json'],
    ['export', { format: 'csv' }, 'into which file?'],
  ] as const)('%s %j is a mistake', (name, details, explanation) => {
    expect(parseSearchCommand(name, details, now)).toEqual({
      kind: 'mistake',
      explanation: expect.stringContaining(explanation),
    });
  });
});
