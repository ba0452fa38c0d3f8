import { join } from 'node:path';
import type { Benchmark } from '../harness/benchmark';
import { bundleWorkers } from '../harness/bundle-workers';
import { runProcess } from '../harness/fresh-process';
import { inTurns } from '../harness/in-turns';
import { atMost, ratio, reading } from '../harness/measurement';
import { scratchFolder } from '../harness/scratch-folder';
import { median } from '../harness/summary';
import type { EvaluationReading } from './measure-evaluations';

const ROUNDS = 7;

/** The two sides did not let the same clients in, so their times cannot be compared. */
export class DifferentClientsError extends Error {
  override readonly name = 'DifferentClientsError';
}

const workers = ['polled-flags', 'openfeature-client'] as const;
type Worker = (typeof workers)[number];

const costs = (readings: readonly EvaluationReading[]): number[] => readings.map(({ cpu }) => cpu);

/** What a request pays for asking a flag. */
export const flagEvaluation: Benchmark = {
  name: 'flag-evaluation',
  compares:
    'CPU of a flag that is rolled out to half of the clients: our provider as functions ask it, and the same through the client of OpenFeature',
  run: async ({ progress }) => {
    await using scratch = await scratchFolder();
    const files = workers.map((name) => join(__dirname, `${name}.worker.ts`));
    const bundles = await bundleWorkers(files, scratch.path);
    const measure = (worker: Worker) => async (round: number) => {
      progress.update(`round ${round + 1}, ${worker}`);
      const { output } = await runProcess(process.execPath, [bundles.get(worker) ?? '']);
      return JSON.parse(output) as EvaluationReading;
    };
    progress.phase(`${ROUNDS} rounds`);
    const { ours, anchor } = await inTurns(ROUNDS, {
      ours: measure('polled-flags'),
      anchor: measure('openfeature-client'),
    });
    progress.end();
    const inside = new Set([...ours, ...anchor].map((one) => one.inside));
    if (inside.size !== 1)
      throw new DifferentClientsError(`expected one number of clients, got ${[...inside].join(', ')}`);
    return {
      measurements: [
        reading('CPU an evaluation', median(costs(ours)), 'µs', atMost(10)),
        ratio('… against the client of OpenFeature', {
          ours: costs(ours),
          anchor: costs(anchor),
          unit: 'µs',
        }),
      ],
      notes: [
        'each reading is a fresh process: 50,000 evaluations to warm up, 200,000 measured by process.cpuUsage()',
        'both sides let the same clients in; the client of OpenFeature also runs hooks, of which there are none',
        'polls are left out: one HTTPS request each 15 seconds while the function works',
      ],
    };
  },
};
