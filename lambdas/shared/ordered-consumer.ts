import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent, MSKEvent } from 'aws-lambda';
import { logger } from './logger';
import { answerOperator, isOperatorRequest, type OperatorAnswer, type OperatorRequest } from './operator-request';
import type { OrderedConsumerOptions } from './ordered-consumer-options';
import { OrderedDesk } from './ordered-desk';
import { lookForMissing } from './ordered-gaps';
import { EventProjector } from './ordered-projection';
import { OrderedRequests } from './ordered-requests';
import { OrderedRun } from './ordered-run';
import { refusalOf } from './region-refusal';
import { isKafkaEvent, isKinesisEvent, kafkaRecords, kinesisRecords } from './stream-batch';
import type { RecordPlace, StreamRecord } from './stream-record';
import type { StreamAnswer, StreamRequest } from './stream-request.contract';

/** What Lambda, an operator or a schedule hands such a function, and what the function answers. */
export type OrderedConsumerHandler = (
  event: KinesisStreamEvent | MSKEvent | OperatorRequest | StreamRequest,
  context: Pick<Context, 'invokedFunctionArn' | 'getRemainingTimeInMillis'>,
) => Promise<KinesisStreamBatchResponse | OperatorAnswer | StreamAnswer>;

/** Some records of a Kafka batch could not be handled now: the batch comes again as a whole, and what was handled is a repeat then. */
export class BatchFailedError extends Error {
  override readonly name = 'BatchFailedError';
}

const alwaysOpen = { assertActive: async () => undefined };

/** Nothing further is begun when less than this is left of the invocation, in milliseconds. */
const RESERVE_MS = 10_000;

/** The last record of each shard among these. */
const lastOfShards = (records: readonly StreamRecord[]): ReadonlyMap<string, readonly [RecordPlace, number]> => {
  const last = new Map<string, readonly [RecordPlace, number]>();
  for (const { place } of records) last.set(place.shardId, [place, (last.get(place.shardId)?.[1] ?? 0) + 1]);
  return last;
};

/**
 * Lambda handler of an ordered stream, Kinesis or Kafka: each event of an entity is applied exactly once and in the order of its number,
 * whatever is delivered twice, late or in another order. What comes before its turn is kept until what is missing has come, or is found
 * in the log; an entity that cannot go on is parked, in order, and no other waits for it. What cannot be written now is answered as a
 * failure, and comes again. Also takes `{ redriveCase }` and `{ discardMessage }` for parked entities, and the requests of
 * `stream-request.contract.ts`: to fill gaps, to read the log again into another generation, to promote that, and to tell the lag.
 */
export const orderedConsumer = (options: OrderedConsumerOptions): OrderedConsumerHandler => {
  const { consumer, checkpoints, source, gate = alwaysOpen, log = logger() } = options;
  const projector = new EventProjector(consumer, options.accepts, options.ignores);
  const deps = { ...options, log, projector };
  const requests = new OrderedRequests(deps);

  /** Handles a batch; answers the index of the first record that must come again. */
  const consume = async (records: readonly StreamRecord[], redriveFunction: string): Promise<number | undefined> => {
    let failed: ReadonlyMap<number, unknown>;
    try {
      const refusal = await refusalOf(gate);
      if (refusal) throw refusal;
      const run = new OrderedRun(deps, (await options.store.active()).name, redriveFunction);
      failed = await run.deliver(records);
    } catch (error) {
      // The store does not answer, or the region may not write: that says nothing about a record, and halving the batch would not help.
      failed = new Map([[0, error]]);
    }
    for (const [index, error] of failed) {
      const place = records[index]?.place;
      log.warn('record failed', { consumer, ...place, partitionKey: records[index]?.partitionKey, error });
    }
    const first = failed.size === 0 ? undefined : Math.min(...failed.keys());
    try {
      const passed = first === undefined ? records : records.slice(0, first);
      for (const [place, count] of lastOfShards(passed).values()) await checkpoints.advance(place, count);
    } catch (error) {
      // It shows where the consumer is, and nothing goes by it: the next batch writes it again.
      log.warn('checkpoint not saved', { consumer, error });
    }
    return first;
  };

  return async (event, context) => {
    const { invokedFunctionArn: redriveFunction } = context;
    const hasTime = () => context.getRemainingTimeInMillis() > RESERVE_MS;
    if (isKinesisEvent(event)) {
      const records = kinesisRecords(event);
      const first = await consume(records, redriveFunction);
      const itemIdentifier = first === undefined ? undefined : records[first]?.place.sequenceNumber;
      return { batchItemFailures: itemIdentifier === undefined ? [] : [{ itemIdentifier }] };
    }
    if (isKafkaEvent(event)) {
      const records = kafkaRecords(event);
      const first = await consume(records, redriveFunction);
      if (first === undefined) return { batchItemFailures: [] };
      // Only mappings in provisioned mode know partial failures.
      throw new BatchFailedError(`${consumer} could not handle all of ${records.length} records; its log says why`);
    }
    await gate.assertActive();
    if (isOperatorRequest(event)) {
      const desk = new OrderedDesk({ ...deps, lookAgain: lookForMissing(source, hasTime) }, redriveFunction);
      const handleAgain = desk.handleAgain.bind(desk);
      return answerOperator({ consumer, parking: desk.parking, handleAgain, log }, event, context);
    }
    return requests.answer(event, { redriveFunction, hasTime });
  };
};
