import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';

/** A record of a Kinesis stream, as it was put. */
export interface ShardRecord {
  readonly sequenceNumber: string;
  /** When Kinesis took it; roughly rising within a shard, and not promised to be. */
  readonly arrivedAt: Date;
  readonly data: Buffer;
}

/**
 * Lambda handler of a Kinesis stream whose consumer keeps the order of the whole shard: hands a batch to `handle` as it is. A failure fails the
 * batch, which comes again: use it with a parallelization factor of 1, and only where nothing may be skipped.
 */
export const shardConsumer =
  (handle: (shardId: string, records: readonly ShardRecord[]) => Promise<void>) =>
  async ({ Records }: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> => {
    const shards = new Map<string, ShardRecord[]>();
    for (const { eventID, kinesis } of Records) {
      // `shardId-000000000000:<sequence number>`; a batch is of one shard, but nothing here depends on it.
      const [shardId = ''] = eventID.split(':');
      const { sequenceNumber, approximateArrivalTimestamp, data } = kinesis;
      const record = {
        sequenceNumber,
        arrivedAt: new Date(approximateArrivalTimestamp * 1000),
        data: Buffer.from(data, 'base64'),
      };
      shards.set(shardId, [...(shards.get(shardId) ?? []), record]);
    }
    for (const [shardId, records] of shards) await handle(shardId, records);
    return { batchItemFailures: [] };
  };
