import { join } from 'node:path';
import type { Benchmark } from '../harness/benchmark';
import { bundleWorkers } from '../harness/bundle-workers';
import { runProcess } from '../harness/fresh-process';
import { inTurns } from '../harness/in-turns';
import { atMost, type Measurement, ratio } from '../harness/measurement';
import { scratchFolder } from '../harness/scratch-folder';
import { median } from '../harness/summary';
import type { Grouping } from './batch-corpus';
import type { BatchReading } from './measure-batches';

const ROUNDS = 7;
const SEED = '1';

/** The two sides did not answer the same partial failures, so their times cannot be compared. */
export class DifferentAnswersError extends Error {
  override readonly name = 'DifferentAnswersError';
}

const workers = [
  'fifo-consumer',
  'powertools-fifo',
  'powertools-unchecked',
  'powertools-batch',
  'reading-only',
] as const;
type Worker = (typeof workers)[number];

const costs = (readings: readonly BatchReading[]): number[] => readings.map(({ cpuPerRecord }) => cpuPerRecord);

const assertSameAnswers = (readings: readonly (readonly BatchReading[])[]): void => {
  const answers = new Set(readings.flat().map((one) => one.answers));
  if (answers.size !== 1) throw new DifferentAnswersError(`expected one answer to the corpus, got ${answers.size}`);
};

/** P4: what a batch costs besides the business code. */
export const batchCpu: Benchmark = {
  name: 'batch-cpu',
  compares:
    'CPU a record of fifoConsumer with Powertools SqsFifoPartialProcessorAsync and BatchProcessor: same corpus, same checks of each message, same partial failures',
  run: async ({ progress }) => {
    await using scratch = await scratchFolder();
    const files = workers.map((name) => join(__dirname, `${name}.worker.ts`));
    const bundles = await bundleWorkers(files, scratch.path);
    const measure = (worker: Worker, grouping: Grouping) => async (round: number) => {
      progress.update(`round ${round + 1}, ${worker}`);
      const { output } = await runProcess(process.execPath, [bundles.get(worker) ?? '', SEED, grouping]);
      return JSON.parse(output) as BatchReading;
    };
    progress.phase(`${ROUNDS} rounds, messages of four groups in a batch`);
    const shared = await inTurns(ROUNDS, {
      ours: measure('fifo-consumer', 'shared'),
      fifo: measure('powertools-fifo', 'shared'),
      unchecked: measure('powertools-unchecked', 'shared'),
      floor: measure('reading-only', 'shared'),
    });
    progress.phase(`${ROUNDS} rounds, each message a group of its own`);
    const apart = await inTurns(ROUNDS, {
      ours: measure('fifo-consumer', 'apart'),
      batch: measure('powertools-batch', 'apart'),
    });
    progress.end();
    assertSameAnswers([shared.ours, shared.fifo, shared.unchecked]);
    assertSameAnswers([apart.ours, apart.batch]);

    const against = (name: string, ours: BatchReading[], anchor: BatchReading[], bar?: number): Measurement =>
      ratio(
        name,
        { ours: costs(ours), anchor: costs(anchor), unit: 'µs' },
        bar === undefined ? undefined : atMost(bar),
      );
    const floor = median(costs(shared.floor));
    const above = (readings: readonly BatchReading[]): number[] => costs(readings).map((cost) => cost - floor);
    const { records = 0, failures = 0 } = shared.ours[0] ?? {};
    return {
      measurements: [
        against('CPU a record against SqsFifoPartialProcessorAsync', shared.ours, shared.fifo, 0.6),
        against('… BatchProcessor, each message its own group', apart.ours, apart.batch),
        against('… SqsFifoPartialProcessorAsync that checks no message', shared.ours, shared.unchecked),
        ratio('the processor alone: reading the messages taken off', {
          ours: above(shared.ours),
          anchor: above(shared.fifo),
          unit: 'µs',
        }),
      ],
      notes: [
        `corpus of seed ${SEED}: ${records} records in batches of 10, ${failures} of them answered as failures, identically by all (BatchProcessor: on the corpus where each message is a group of its own)`,
        `each reading is a fresh process: 4 passes to warm up, then 8 measured by process.cpuUsage(); ${ROUNDS} rounds in turns`,
        `reading and checking a message costs ${floor.toFixed(2)} µs on both sides (envelope and contract); parking and visibility are in memory, nothing is logged`,
        'Powertools runs with skipGroupOnError, so that one failing group does not fail the others; fifoConsumer also runs the groups concurrently, which CPU time does not show',
        'streamConsumer is left out: it hands a whole batch to the relay, and has no counterpart that handles record by record',
      ],
    };
  },
};
