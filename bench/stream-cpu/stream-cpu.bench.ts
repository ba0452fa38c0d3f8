import { join } from 'node:path';
import type { Benchmark } from '../harness/benchmark';
import { bundleWorkers } from '../harness/bundle-workers';
import { runProcess } from '../harness/fresh-process';
import { inTurns } from '../harness/in-turns';
import { atLeast, atMost, ratio, reading } from '../harness/measurement';
import { scratchFolder } from '../harness/scratch-folder';
import { median } from '../harness/summary';
import type { StreamReading } from './measure-streams';

const ROUNDS = 5;
const SEED = '1';

/** The two sides did not write the same, so their times cannot be compared. */
export class DifferentEffectsError extends Error {
  override readonly name = 'DifferentEffectsError';
}

const workers = ['ordered-consumer', 'powertools-positioned', 'powertools-writing'] as const;

const costs = (readings: readonly StreamReading[]): number[] => readings.map(({ cpuPerRecord }) => cpuPerRecord);

/** What a record of a stream costs besides the business code. */
export const streamCpu: Benchmark = {
  name: 'stream-cpu',
  compares:
    'CPU a record of orderedConsumer with Powertools BatchProcessor on a Kinesis stream: same corpus, same checks of each record, same effects',
  run: async ({ progress }) => {
    await using scratch = await scratchFolder();
    const files = workers.map((name) => join(__dirname, `${name}.worker.ts`));
    const bundles = await bundleWorkers(files, scratch.path);
    const measure = (worker: (typeof workers)[number]) => async (round: number) => {
      progress.update(`round ${round + 1}, ${worker}`);
      const { output } = await runProcess(process.execPath, [bundles.get(worker) ?? '', SEED]);
      return JSON.parse(output) as StreamReading;
    };
    progress.phase(`${ROUNDS} rounds, batches of 100 records of 25 visits`);
    const { ours, positioned, writing } = await inTurns(ROUNDS, {
      ours: measure('ordered-consumer'),
      positioned: measure('powertools-positioned'),
      writing: measure('powertools-writing'),
    });
    progress.end();
    const written = new Set([...ours, ...positioned, ...writing].map((one) => one.written));
    if (written.size !== 1) throw new DifferentEffectsError(`expected the same effects of all, got ${written.size}`);
    const perSecond = median(ours.map(({ recordsPerSecond }) => recordsPerSecond));
    return {
      measurements: [
        ratio(
          'CPU a record against BatchProcessor with a position an entity',
          { ours: costs(ours), anchor: costs(positioned), unit: 'µs' },
          atMost(0.6),
        ),
        ratio('… BatchProcessor that only writes', { ours: costs(ours), anchor: costs(writing), unit: 'µs' }),
        reading('records a second and core', perSecond, '/s', atLeast(5_000)),
      ],
      notes: [
        `corpus of seed ${SEED}: ${ours[0]?.records ?? 0} records of 500 visits in batches of 100; all sides wrote the same items`,
        `each reading is a fresh process: 4 passes to warm up, then 8 measured by process.cpuUsage(); ${ROUNDS} rounds in turns`,
        'the store is in memory: a table would cost both sides its client, ours one call a batch and one an entity, the other side two a record',
        'BatchProcessor runs one record after the other; in parallel, its default, it would break the order of an entity',
      ],
    };
  },
};
