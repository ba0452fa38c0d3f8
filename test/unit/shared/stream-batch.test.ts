import type { MSKEvent } from 'aws-lambda';
import { InMemoryOrderedStore } from '../../../lambdas/shared/in-memory-ordered-store.adapter';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import { InMemoryStreamCheckpoints } from '../../../lambdas/shared/in-memory-stream-checkpoints.adapter';
import { InMemoryTries } from '../../../lambdas/shared/in-memory-tries.adapter';
import { orderedConsumer } from '../../../lambdas/shared/ordered-consumer';
import { kafkaRecords, kinesisRecords } from '../../../lambdas/shared/stream-batch';
import { streamEvent } from '../../../lambdas/shared/stream-event';
import { recordingLog } from './messages';
import { noted, notedV1 } from './stream-events';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** As https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html#msk-sample-event describes it. */
const mskEvent = (records: MSKEvent['records']): MSKEvent => ({
  eventSource: 'aws:kafka',
  eventSourceArn: 'arn:aws:kafka:sa-east-1:123456789012:cluster/vpc-2priv-2pub/751d2973-a626-431c-9d4e-d7975eb44dd7-2',
  bootstrapServers: 'b-2.demo-cluster-1.a1bcde.c1.kafka.sa-east-1.amazonaws.com:9092',
  records,
});
const kafkaRecord = (
  partition: number,
  offset: number,
  key: string,
  value: string,
): MSKEvent['records'][string][number] => ({
  ...{ topic: 'activity', partition, offset, timestamp: 1_795_420_800_123, timestampType: 'CREATE_TIME' },
  ...{ key: base64(key), value: base64(value), headers: [{ traceparent: [48, 48] }] },
});

describe('a batch of a Kinesis stream', () => {
  it('is read as Lambda documents it', () => {
    // The example of https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
    const [record] = kinesisRecords({
      Records: [
        {
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey: '1',
            sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
            data: 'SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==',
            approximateArrivalTimestamp: 1_545_084_650.987,
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: 'shardId-000000000006:49590338271490256608559692538361571095921575989136588898',
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: 'arn:aws:iam::123456789012:role/lambda-role',
          awsRegion: 'us-east-2',
          eventSourceARN: 'arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream',
        },
      ],
    });

    expect(record).toEqual({
      partitionKey: '1',
      data: 'SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==',
      place: {
        lane: 'us-east-2:shardId-000000000006',
        shardId: 'shardId-000000000006',
        sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
        arrivedAt: 1_545_084_650_987,
      },
    });
  });
});

describe('a batch of topics of Kafka', () => {
  const event = mskEvent({
    'activity-0': [kafkaRecord(0, 15, 'a', noted('a', 1)), kafkaRecord(0, 16, 'a', noted('a', 2))],
    'activity-1': [kafkaRecord(1, 7, 'b', 'not JSON'), kafkaRecord(1, 8, 'c', noted('c', 1))],
  });
  const start = () => {
    const clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };
    const store = new InMemoryOrderedStore();
    const parking = new InMemoryParking({ context: 'test', consumer: 'notes', region: 'sa-east-1' });
    const checkpoints = new InMemoryStreamCheckpoints(clock);
    const handler = orderedConsumer({
      consumer: 'notes',
      accepts: [
        streamEvent(notedV1, ({ subject, sequence }, place) => [
          { kind: 'put', key: { pk: subject, sk: String(sequence) }, attributes: { lane: place.lane } },
        ]),
      ],
      ...{ ignores: [], store, parking, checkpoints, tries: new InMemoryTries(), clock },
      ...{ gapPatienceSeconds: 60, log: recordingLog() },
    });
    const context = { invokedFunctionArn: 'notes:live', getRemainingTimeInMillis: () => 60_000 };
    return { store, parking, checkpoints, consume: () => handler(event, context) };
  };

  it('is read partition by partition: partitions are shards, offsets are numbers in them', () => {
    expect(kafkaRecords(event).map(({ place, partitionKey }) => [place, partitionKey])).toEqual([
      [place('activity-0', '15'), 'a'],
      [place('activity-0', '16'), 'a'],
      [place('activity-1', '7'), 'b'],
      [place('activity-1', '8'), 'c'],
    ]);
  });

  it('is consumed as a stream of Kinesis is', async () => {
    const { store, parking, checkpoints, consume } = start();

    expect(await consume()).toEqual({ batchItemFailures: [] });

    expect([...store.items.values()].map(({ key }) => `${key.pk} ${key.sk}`)).toEqual(['v1/a 1', 'v1/a 2', 'v1/c 1']);
    expect([...(await parking.openFor(['v1/b'])).keys()]).toEqual(['v1/b']);
    expect(await checkpoints.list()).toMatchObject([
      { shardId: 'activity-0', sequenceNumber: '16', records: 2 },
      { shardId: 'activity-1', sequenceNumber: '8', records: 2 },
    ]);
  });

  it('answers where each partition is to go on when a part of it cannot be written now', async () => {
    const { store, checkpoints, consume } = start();
    const commit = store.commit.bind(store);
    store.commit = async (generation, one) => {
      if (one.changes.some(({ before }) => before.entity === 'c')) throw new Error('the table is away');
      await commit(generation, one);
    };

    expect(await consume()).toEqual({
      batchItemFailures: [{ itemIdentifier: { partition: 'activity-1', offset: 8 } }],
    });
    expect(store.items.size).toBe(2);
    expect(await checkpoints.list()).toMatchObject([
      { shardId: 'activity-0', sequenceNumber: '16', records: 2 },
      { shardId: 'activity-1', sequenceNumber: '7', records: 1 },
    ]);
    store.commit = commit;

    expect(await consume()).toEqual({ batchItemFailures: [] });
    expect(store.items.size).toBe(3);
  });

  it('comes again from the beginning of each partition when the store does not answer', async () => {
    const { store, checkpoints, consume } = start();
    store.load = () => Promise.reject(new Error('the table is away'));

    expect(await consume()).toEqual({
      batchItemFailures: [
        { itemIdentifier: { partition: 'activity-0', offset: 15 } },
        { itemIdentifier: { partition: 'activity-1', offset: 7 } },
      ],
    });
    expect(await checkpoints.list()).toEqual([]);
  });

  const place = (shardId: string, sequenceNumber: string) => ({
    ...{ lane: `sa-east-1:${shardId}`, shardId, sequenceNumber, arrivedAt: 1_795_420_800_123 },
  });
});
