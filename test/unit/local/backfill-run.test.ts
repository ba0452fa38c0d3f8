import type { BackfillProgress } from '../../../lambdas/shared/backfill-entities.contract';
import { type BackfillDriver, driveRun, runOf } from '../../../local/operator/backfill-run';
import { part } from './backfill-parts';

const now = new Date('2026-11-26T09:00:00.000Z');
const parts = (changes: Partial<BackfillProgress>, count = 4) =>
  Array.from({ length: count }, (_, segment) => part({ segment, ...changes }));

describe('the run to go on with', () => {
  const anew = { run: now.toISOString(), segments: 4, resumed: false };
  const sameRun = { run: part().run, segments: 4, resumed: true };

  it.each([
    ['anew when there was none', [], anew],
    ['where it stopped when a part is not done', [...parts({ done: true }, 3), part({ segment: 3 })], sameRun],
    ['where it stopped when a part was never begun', parts({ done: true }, 3), sameRun],
    ['anew when all parts are done', parts({ done: true }), anew],
    ['anew when it was about an older version', parts({ schemaVersion: 1 }), anew],
    [
      'with the newest of several',
      [...parts({ run: '2026-11-25T08:00:00.000Z', done: true }, 3), part({ segment: 3 })],
      sameRun,
    ],
  ])('begins %s', (_, known, expected) => {
    expect(runOf(known, 2, now)).toEqual(expected);
  });
});

/** A region whose parts take three invocations each. */
const driver = (changes: Partial<BackfillDriver> = {}) => {
  const asked: number[] = [];
  const rates = new Set<number>();
  const shown: number[] = [];
  const backfill: BackfillDriver['backfill'] = async ({ segment, writesPerSecond }) => {
    asked.push(segment);
    rates.add(writesPerSecond);
    const times = asked.filter((one) => one === segment).length;
    return part({ segment, seen: times, done: times === 3 });
  };
  const onProgress: BackfillDriver['onProgress'] = (known) =>
    shown.push(known.reduce((sum, { seen }) => sum + seen, 0));
  const drive = () =>
    driveRun(
      { run: 'r', segments: 4, resumed: false },
      { backfill, writesPerSecond: 100, onProgress, isStopped: () => false, ...changes },
    );
  return { drive, asked, rates, shown };
};

it('asks for each part until it is done, and shows how far all of them are', async () => {
  const { drive, asked, rates, shown } = driver();

  const ended = await drive();

  expect(ended.every(({ done }) => done)).toBe(true);
  expect(asked).toHaveLength(12);
  expect([...rates]).toEqual([25]);
  expect(shown.at(-1)).toBe(12);
});

it.each([1, 2, 3])('works on fewer parts at a time when there are only %i writes a second to share', async (rate) => {
  let [underWay, most] = [0, 0];
  const { drive, asked, rates } = driver({ writesPerSecond: rate });
  const counted = driver({
    writesPerSecond: rate,
    backfill: async ({ segment }) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await Promise.resolve();
      underWay -= 1;
      return part({ segment, done: true });
    },
  });

  const ended = await drive();
  await counted.drive();

  expect(ended.every(({ done }) => done)).toBe(true);
  expect([...new Set(asked)].sort()).toEqual([0, 1, 2, 3]);
  expect([most, [...rates]]).toEqual([rate, [1]]);
});

it('begins nothing more once it is stopped, and lets what is under way end', async () => {
  let stopped = false;
  const onProgress = () => {
    stopped = true;
  };
  const { drive, asked } = driver({ onProgress, isStopped: () => stopped });

  const ended = await drive();

  expect(asked).toHaveLength(4);
  expect(ended.map(({ done }) => done)).toEqual([false, false, false, false]);
});

it('tells the first failure when all parts have ended', async () => {
  const { drive, asked } = driver();
  const failing = driver({
    backfill: async ({ segment }) => {
      if (segment === 1) throw new Error('the region is dark');
      return part({ segment, done: true });
    },
  });

  await expect(failing.drive()).rejects.toThrow('the region is dark');
  await drive();
  expect(asked).toHaveLength(12);
});
