import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exactly, none } from '../../../drills/harness/figure';
import { htmlReport } from '../../../drills/harness/html-report';
import { type DrillRecord, readRecords, recordFileName, writeRecord } from '../../../drills/harness/record';
import { axisTicks, drawPlot } from '../../../drills/harness/svg-plot';

const record: DrillRecord = {
  format: 1,
  drill: 'saga',
  claim: 'nothing is lost',
  size: 'full',
  seed: '7',
  target: 'local',
  region: 'sa-east-1',
  startedAt: '2026-11-23T08:00:00.000Z',
  durationSeconds: 12.3,
  faults: [{ name: 'worker killed', atLeast: 1, happened: 2, at: [1, 2] }],
  figures: [exactly('charged', 2600, 2600, 'minor units'), none('lost <b>', ['order "1" & more'])],
  plots: [
    {
      kind: 'lines',
      title: 'Handled',
      xLabel: 'seconds',
      yLabel: 'messages',
      series: [
        {
          name: 'charges',
          points: [
            [0, 0],
            [10, 2600],
          ],
        },
      ],
      marks: { name: 'kills', at: [1, 2] },
    },
    { kind: 'bars', title: 'Time', unit: 's', bars: [{ label: 'reserve', value: 3 }] },
    {
      kind: 'grid',
      title: 'Ends',
      columns: ['once'],
      rows: [{ label: 'reserve', cells: [{ text: 'Done', tone: 'good', hint: '2 s' }] }],
    },
  ],
  notes: ['a note'],
  verdict: { kind: 'failed', broken: ['lost'] },
};
const sabotaged: DrillRecord = {
  ...record,
  sabotage: { name: 'inbox', withoutIt: 'no markers' },
  verdict: { kind: 'caught', by: ['lost'] },
};

describe('html report', () => {
  const html = htmlReport([sabotaged, record]);

  it('loads nothing and runs nothing', () => {
    expect(html).not.toMatch(/<script|<link|src=|url\(|https?:/);
    expect(html).toContain('<!doctype html>');
  });

  it('escapes what the stores have said', () => {
    expect(html).not.toContain('lost <b>');
    expect(html).toContain('order &#34;1&#34; &#38; more');
  });

  it('shows every run with its verdict, the command that repeats it, and its plots', () => {
    expect(html).toContain('failed: lost');
    expect(html).toContain('caught: without the protection the drill saw lost');
    expect(html).toContain('npm run drill -- saga --seed 7 --sabotage inbox');
    expect(html.match(/<svg /g)).toHaveLength(4);
    expect(html.match(/class="outcomes"/g)).toHaveLength(2);
  });

  it('lists ordinary runs before sabotaged ones', () =>
    expect(html.indexOf('href="#saga"')).toBeLessThan(html.indexOf('href="#saga-without-inbox"')));
});

describe('plots', () => {
  it('has round ticks that reach the largest value', () => {
    expect(axisTicks(2600)).toEqual([0, 1000, 2000, 3000]);
    expect(axisTicks(0.9)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(axisTicks(0)).toEqual([0, 1]);
  });

  it('draws finite coordinates even without any point', () =>
    expect(
      drawPlot({ kind: 'lines', title: '', xLabel: '', yLabel: '', series: [{ name: 'none', points: [] }] }),
    ).not.toMatch(/NaN|Infinity/));
});

describe('records', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'drills-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('keeps a sabotage run apart from the ordinary one', () => {
    expect(recordFileName(record)).toBe('saga.json');
    expect(recordFileName(sabotaged)).toBe('saga.without-inbox.json');
  });

  it('reads back what it wrote, and leaves out what is no record', async () => {
    await writeRecord(directory, record);
    await writeRecord(directory, sabotaged);
    await writeFile(join(directory, 'other.json'), '{"format":99}');
    expect(await readRecords(directory)).toEqual([record, sabotaged]);
  });
});
