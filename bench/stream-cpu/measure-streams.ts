import { createHash } from 'node:crypto';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import type { InMemoryOrderedStore } from '../../lambdas/shared/in-memory-ordered-store.adapter';
import { streamCorpus } from './stream-corpus';

/** What a process that handled the corpus has to tell. */
export interface StreamReading {
  /** CPU of all threads (the collector's too), in microseconds a record. */
  readonly cpuPerRecord: number;
  /** Records a second and core: the time between the first record and the last. */
  readonly recordsPerSecond: number;
  /** SHA-256 over all that was written: equal when both sides wrote the same. */
  readonly written: string;
  readonly records: number;
}

/** A consumer and the store that it writes to. */
export interface MeasuredStream {
  readonly store: InMemoryOrderedStore;
  readonly handle: (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse>;
}

const BATCHES = 400;
const [WARM_UP_PASSES, PASSES] = [4, 8];

/** Runs a consumer over the corpus, with a new store each time, first to warm it up, and prints its reading. Argument: seed. */
export const measureStreams = async (start: () => MeasuredStream): Promise<void> => {
  const [seed = '1'] = process.argv.slice(2);
  const corpus = streamCorpus(seed, BATCHES);
  const pass = async (): Promise<MeasuredStream> => {
    const measured = start();
    for (const event of corpus) await measured.handle(event);
    return measured;
  };
  const { store } = await pass();
  const items = [...store.items].map(([key, { attributes }]) => `${key} ${JSON.stringify(attributes)}`).sort();
  const written = createHash('sha256').update(items.join('\n')).digest('hex');
  for (let passes = 1; passes < WARM_UP_PASSES; passes += 1) await pass();
  const [cpu, time] = [process.cpuUsage(), performance.now()];
  for (let passes = 0; passes < PASSES; passes += 1) await pass();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - time) / 1_000;
  const records = corpus.reduce((sum, { Records }) => sum + Records.length, 0);
  const all = PASSES * records;
  const reading: StreamReading = {
    cpuPerRecord: (user + system) / all,
    recordsPerSecond: all / seconds,
    written,
    records,
  };
  process.stdout.write(JSON.stringify(reading));
};
