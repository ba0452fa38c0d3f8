import { createHash } from 'node:crypto';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { batchCorpus, type Grouping } from './batch-corpus';

/** What a process that handled the corpus has to tell. */
export interface BatchReading {
  /** CPU of all threads (the collector's too), in microseconds a record. */
  readonly cpuPerRecord: number;
  /** SHA-256 over the partial failures of every batch, each sorted: equal when both sides answered the same. */
  readonly answers: string;
  /** Records answered as failures, of one pass over the corpus. */
  readonly failures: number;
  /** Records of one pass. */
  readonly records: number;
}

const BATCHES = 1_000;
const WARM_UP_PASSES = 4;
const PASSES = 8;

/** Runs a batch handler over the corpus, first to warm it up, and prints its reading. Arguments: seed, grouping. */
export const measureBatches = async (handle: (event: SQSEvent) => Promise<SQSBatchResponse>): Promise<void> => {
  const [seed = '1', grouping = 'shared'] = process.argv.slice(2);
  const corpus = batchCorpus(seed, grouping as Grouping, BATCHES);
  const answers = createHash('sha256');
  let failures = 0;
  let records = 0;
  for (const event of corpus) {
    const { batchItemFailures } = await handle(event);
    answers.update(JSON.stringify(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()));
    failures += batchItemFailures.length;
    records += event.Records.length;
  }
  for (let pass = 1; pass < WARM_UP_PASSES; pass += 1) for (const event of corpus) await handle(event);
  const start = process.cpuUsage();
  for (let pass = 0; pass < PASSES; pass += 1) for (const event of corpus) await handle(event);
  const { user, system } = process.cpuUsage(start);
  const cpuPerRecord = (user + system) / (PASSES * records);
  const reading: BatchReading = { cpuPerRecord, answers: answers.digest('hex'), failures, records };
  process.stdout.write(JSON.stringify(reading));
};
