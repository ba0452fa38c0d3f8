import { join } from 'node:path';
import type { Benchmark } from '../harness/benchmark';
import { bundleWorkers } from '../harness/bundle-workers';
import { runProcess } from '../harness/fresh-process';
import { inTurns } from '../harness/in-turns';
import { atLeast, atMost, type Measurement, ratio, reading } from '../harness/measurement';
import { scratchFolder } from '../harness/scratch-folder';
import { median } from '../harness/summary';
import type { StreamReading } from './measure-streams';
import type { StoreKind } from './measured-store';

const ROUNDS = 5;
const SEED = '1';

/** The two sides did not write the same, so their times cannot be compared. */
export class DifferentEffectsError extends Error {
  override readonly name = 'DifferentEffectsError';
}

const workers = ['ordered-consumer', 'powertools-positioned', 'powertools-writing'] as const;

type Worker = (typeof workers)[number];

const assertSameWritten = (sides: readonly (readonly StreamReading[])[]): void => {
  const written = new Set(sides.flat().map((one) => one.written));
  if (written.size !== 1) throw new DifferentEffectsError(`expected the same effects of all, got ${written.size}`);
};

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
    const measure = (worker: Worker, kind: StoreKind) => async (round: number) => {
      progress.update(`round ${round + 1}, ${worker}, ${kind}`);
      const { output } = await runProcess(process.execPath, [bundles.get(worker) ?? '', SEED, kind]);
      return JSON.parse(output) as StreamReading;
    };
    const inStore = async (kind: StoreKind) => {
      const sides = await inTurns(ROUNDS, {
        ours: measure('ordered-consumer', kind),
        positioned: measure('powertools-positioned', kind),
        writing: measure('powertools-writing', kind),
      });
      assertSameWritten(Object.values(sides));
      return sides;
    };
    progress.phase(`${ROUNDS} rounds, batches of 100 records of 25 visits`);
    const [table, memory] = [await inStore('table'), await inStore('memory')];
    progress.end();
    const against = (
      name: string,
      { ours }: typeof table,
      anchor: readonly StreamReading[],
      bar?: number,
    ): Measurement =>
      ratio(
        name,
        { ours: costs(ours), anchor: costs(anchor), unit: 'µs' },
        bar === undefined ? undefined : atMost(bar),
      );
    const perSecond = median(table.ours.map(({ recordsPerSecond }) => recordsPerSecond));
    return {
      measurements: [
        against('CPU a record against BatchProcessor with a position an entity', table, table.positioned, 0.6),
        against('… BatchProcessor that only writes', table, table.writing),
        against('the same with a store that costs nothing: a position an entity', memory, memory.positioned),
        against('… that only writes', memory, memory.writing),
        reading('records a second and core', perSecond, '/s', atLeast(5_000)),
      ],
      notes: [
        `corpus of seed ${SEED}: records of 500 visits in batches of 100, ${table.ours[0]?.records ?? 0} of them into a table and ${memory.ours[0]?.records ?? 0} into memory; all sides wrote the same items`,
        `each reading is a fresh process, measured by process.cpuUsage() once it is warm; ${ROUNDS} rounds in turns`,
        'the table is the client of the SDK with an answer from within the process: ours calls once a batch and once for as many entities as a transaction takes, the other side twice a record',
        'BatchProcessor runs one record after the other; in parallel, its default, it would break the order of an entity',
      ],
    };
  },
};
