import { ensureCloud } from '../../../local/cloud';
import { SsmTrainLog } from '../../../local/release/ssm-train-log';
import type { Train, TrainEnding, TrainLog } from '../../../local/release/train-log.port';
import { InMemoryTrainLog } from '../../unit/local/release/in-memory-train';

const train = (id: string): Train => ({
  id,
  by: 'arn:aws:iam::000000000000:root',
  startedAt: '2026-11-26T10:00:00.000Z',
  revision: 'c1',
  despite: ['0a1b2c3d'],
});
const ending = (id: string, why = 'us-east-1 has baked badly'): TrainEnding => ({
  id,
  how: 'stopped',
  why,
  by: 'arn:aws:iam::000000000000:root',
  at: '2026-11-26T11:00:00.000Z',
});

let logs = 0;

describe.each<[string, () => Promise<TrainLog>]>([
  ['the in-memory log of a train', async () => new InMemoryTrainLog()],
  [
    'the log of a train in Systems Manager',
    async () => {
      logs += 1;
      return new SsmTrainLog(await ensureCloud(), `contract-${process.pid}-${logs}`);
    },
  ],
])('%s', (_, open) => {
  let log: TrainLog;
  beforeEach(async () => {
    log = await open();
  });

  it('knows of nothing before the first train', async () => {
    expect(await log.running()).toBeUndefined();
    expect(await log.last()).toBeUndefined();
    expect(await log.progress()).toBeUndefined();
    expect(await log.waves()).toEqual({});
  });

  it('lets one of several begin that do so at once', async () => {
    const begun = await Promise.all(['a', 'b', 'c'].map((id) => log.begin(train(id))));
    expect(begun.filter(Boolean)).toHaveLength(1);
    expect(await log.running()).toEqual(train(['a', 'b', 'c'][begun.indexOf(true)] ?? ''));
  });

  it('lets another one begin once it has ended, and keeps how it did', async () => {
    await log.begin(train('a'));
    await log.report({ wave: 'us-east-1', step: 'baking', until: '2026-11-26T10:30:00.000Z' });
    expect(await log.progress()).toEqual({ wave: 'us-east-1', step: 'baking', until: '2026-11-26T10:30:00.000Z' });

    await log.end(ending('a'));

    expect(await log.running()).toBeUndefined();
    expect(await log.progress()).toBeUndefined();
    expect(await log.last()).toEqual(ending('a'));
    expect(await log.begin(train('b'))).toBe(true);
  });

  it('keeps each wave beside the others', async () => {
    const record = { digest: 'd', revision: 'c1', deployedAt: '2026-11-26T10:00:00.000Z' };
    await log.record('foundation', record);
    await log.record('us-east-1', { ...record, before: 'c0' });
    await log.record('us-east-1', { ...record, before: 'c0', bakedAt: '2026-11-26T10:30:00.000Z' });
    expect(await log.waves()).toEqual({
      foundation: record,
      'us-east-1': { ...record, before: 'c0', bakedAt: '2026-11-26T10:30:00.000Z' },
    });
  });

  it('knows the last ten trains that were aborted, and none that has ended otherwise', async () => {
    expect(await log.aborted()).toEqual([]);
    const ids = Array.from({ length: 11 }, (_, at) => `train-${at}`);
    for (const id of ids) await log.end({ ...ending(id), how: 'aborted' });
    await log.end(ending('stopped'));
    expect(await log.aborted()).toEqual(ids.slice(1));
  });

  it('takes a reason of any length', async () => {
    await log.begin(train('a'));
    await log.end(ending('a', 'because '.repeat(2_000)));
    expect((await log.last())?.why).toMatch(/^because because/);
  });
});
