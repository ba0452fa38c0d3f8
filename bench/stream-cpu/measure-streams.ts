import { createHash } from 'node:crypto';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import type { OrderedStore } from '../../lambdas/shared/ordered-store.port';
import { measuredStore, type StoreKind } from './measured-store';
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

/** A consumer of a stream. */
export type HandleBatch = (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse>;

/** A call of a table's client costs what hundreds of records in memory do: less of them says as much. */
const amounts = {
  memory: { batches: 400, warmUpPasses: 4, passes: 8 },
  table: { batches: 50, warmUpPasses: 1, passes: 2 },
} as const satisfies Record<StoreKind, object>;

/**
 * Runs a consumer over the corpus, with a new store each time, first to warm it up, and prints its reading. Arguments: seed, kind of store.
 * @param start makes the consumer
 */
export const measureStreams = async (start: (store: OrderedStore) => HandleBatch): Promise<void> => {
  const [seed = '1', named] = process.argv.slice(2);
  const kind: StoreKind = named === 'table' ? named : 'memory';
  const { batches, warmUpPasses, passes } = amounts[kind];
  const corpus = streamCorpus(seed, batches);
  const pass = async () => {
    const { store, written } = measuredStore(kind);
    const handle = start(store);
    for (const event of corpus) await handle(event);
    return written;
  };
  const items = [...(await pass())()].sort();
  const written = createHash('sha256').update(items.join('\n')).digest('hex');
  for (let done = 1; done < warmUpPasses; done += 1) await pass();
  const [cpu, time] = [process.cpuUsage(), performance.now()];
  for (let done = 0; done < passes; done += 1) await pass();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - time) / 1_000;
  const records = corpus.reduce((sum, { Records }) => sum + Records.length, 0);
  const all = passes * records;
  const reading: StreamReading = {
    cpuPerRecord: (user + system) / all,
    recordsPerSecond: all / seconds,
    written,
    records,
  };
  process.stdout.write(JSON.stringify(reading));
};
