import type { Context, KinesisStreamEvent, MSKEvent } from 'aws-lambda';
import { logger } from './logger';
import { answerOperator, isOperatorRequest, type OperatorAnswer, type OperatorRequest } from './operator-request';
import type { OrderedConsumerOptions } from './ordered-consumer-options';
import { OrderedDesk } from './ordered-desk';
import { lookForMissing } from './ordered-gaps';
import { EventProjector } from './ordered-projection';
import { OrderedRequests } from './ordered-requests';
import { OrderedRun } from './ordered-run';
import { refusalOf } from './region-refusal';
import {
  type BatchFailures,
  isKafkaEvent,
  isKinesisEvent,
  kafkaFailures,
  kafkaRecords,
  kinesisFailures,
  kinesisRecords,
} from './stream-batch';
import type { RecordPlace, StreamRecord } from './stream-record';
import type { StreamAnswer, StreamRequest } from './stream-request.contract';

/** What Lambda, an operator or a schedule hands such a function, and what the function answers. */
export type OrderedConsumerHandler = (
  event: KinesisStreamEvent | MSKEvent | OperatorRequest | StreamRequest,
  context: Pick<Context, 'invokedFunctionArn' | 'getRemainingTimeInMillis'>,
) => Promise<BatchFailures | OperatorAnswer | StreamAnswer>;

const alwaysOpen = { assertActive: async () => undefined };

/** Nothing further is begun when less than this is left of the invocation, in milliseconds. */
const RESERVE_MS = 10_000;

/** What became of the records of one shard. */
interface ShardRun {
  readonly shardId: string;
  /** The last record before the one that has failed, and how many there are up to it. */
  last?: RecordPlace;
  count: number;
  /** The first record that must come again; those after it come again with it. */
  failed?: StreamRecord;
}

/** Where the records of each shard begin: a batch has those of a shard one after the other. */
const firstOfShards = (records: readonly StreamRecord[]): readonly number[] =>
  [...records.keys()].filter((index) => records[index - 1]?.place.shardId !== records[index]?.place.shardId);

const shardRuns = (records: readonly StreamRecord[], failed: ReadonlyMap<number, unknown>): readonly ShardRun[] => {
  const runs: ShardRun[] = [];
  let run: ShardRun | undefined;
  let index = 0;
  for (const record of records) {
    const { place } = record;
    if (run?.shardId !== place.shardId) {
      run = { shardId: place.shardId, count: 0 };
      runs.push(run);
    }
    if (run.failed === undefined) {
      if (failed.size > 0 && failed.has(index)) run.failed = record;
      else {
        run.last = place;
        run.count += 1;
      }
    }
    index += 1;
  }
  return runs;
};

/**
 * Lambda handler of an ordered stream, Kinesis or Kafka: each event of an entity is applied exactly once and in the order of its number,
 * whatever is delivered twice, late or in another order. What comes before its turn is kept until what is missing has come, or is found
 * in the log; an entity that cannot go on is parked, in order, and no other waits for it. What cannot be written now is answered as a
 * failure, and comes again. Also takes `{ redriveCase }` and `{ discardMessage }` for parked entities, and the requests of
 * `stream-request.contract.ts`: to fill gaps, to read the log again into another generation, to promote that, and to tell the lag.
 */
export const orderedConsumer = (options: OrderedConsumerOptions): OrderedConsumerHandler => {
  const { consumer, checkpoints, gate = alwaysOpen, log = logger() } = options;
  const projector = new EventProjector(consumer, options.accepts, options.ignores);
  const deps = { ...options, log, projector };
  const requests = new OrderedRequests(deps);

  /** Handles a batch; answers the first record of each shard that must come again. */
  const consume = async (
    records: readonly StreamRecord[],
    redriveFunction: string,
  ): Promise<readonly StreamRecord[]> => {
    let failed: ReadonlyMap<number, unknown>;
    try {
      const refusal = await refusalOf(gate);
      if (refusal) throw refusal;
      const run = new OrderedRun(deps, (await options.store.active()).name, redriveFunction);
      failed = await run.deliver(records);
    } catch (error) {
      // The store does not answer, or the region may not write: that says nothing about a record, and halving the batch would not help.
      failed = new Map(firstOfShards(records).map((index) => [index, error]));
    }
    for (const [index, error] of failed) {
      const place = records[index]?.place;
      log.warn('record failed', { consumer, ...place, partitionKey: records[index]?.partitionKey, error });
    }
    const runs = shardRuns(records, failed);
    try {
      for (const { last, count } of runs) if (last !== undefined) await checkpoints.advance(last, count);
    } catch (error) {
      // It shows where the consumer is, and nothing goes by it: the next batch writes it again.
      log.warn('checkpoint not saved', { consumer, error });
    }
    return runs.flatMap((run) => run.failed ?? []);
  };

  return async (event, context) => {
    const { invokedFunctionArn: redriveFunction } = context;
    const hasTime = () => context.getRemainingTimeInMillis() > RESERVE_MS;
    if (isKinesisEvent(event)) return kinesisFailures(await consume(kinesisRecords(event), redriveFunction));
    if (isKafkaEvent(event)) return kafkaFailures(await consume(kafkaRecords(event), redriveFunction));
    await gate.assertActive();
    if (isOperatorRequest(event)) {
      const desk = new OrderedDesk({ ...deps, lookAgain: lookForMissing(deps, hasTime) }, redriveFunction);
      const handleAgain = desk.handleAgain.bind(desk);
      return answerOperator({ consumer, parking: desk.parking, handleAgain, log }, event, context);
    }
    return requests.answer(event, { redriveFunction, hasTime });
  };
};
