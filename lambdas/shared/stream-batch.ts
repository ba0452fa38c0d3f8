import type { KinesisStreamEvent, MSKEvent } from 'aws-lambda';
import type { RecordPlace, StreamRecord } from './stream-record';

/** Whether an invocation is a batch of a Kinesis stream. */
export const isKinesisEvent = (event: unknown): event is KinesisStreamEvent =>
  typeof event === 'object' && event !== null && 'Records' in event;

/** Whether an invocation is a batch of topics of Kafka. */
export const isKafkaEvent = (event: unknown): event is MSKEvent =>
  typeof event === 'object' && event !== null && 'records' in event;

/** The records of a Kinesis event, in order. Its `eventID` is `<shardId>:<sequenceNumber>`, its times are in seconds. */
export const kinesisRecords = ({ Records }: KinesisStreamEvent): StreamRecord[] => {
  let lane = '';
  let shardId = '';
  return Records.map(({ eventID, awsRegion, kinesis }) => {
    const { sequenceNumber, partitionKey, data, approximateArrivalTimestamp } = kinesis;
    // An event has records of one shard.
    if (!eventID.startsWith(shardId) || eventID[shardId.length] !== ':') {
      shardId = eventID.slice(0, eventID.indexOf(':'));
      lane = `${awsRegion}:${shardId}`;
    }
    const place: RecordPlace = {
      lane,
      shardId,
      sequenceNumber,
      arrivedAt: Math.round(approximateArrivalTimestamp * 1_000),
    };
    return { place, partitionKey, data };
  });
};

/** The records of a Kafka event, partition by partition, each in order. Its keys and values are base64, its times in milliseconds. */
export const kafkaRecords = ({ eventSourceArn, records }: MSKEvent): StreamRecord[] => {
  const region = eventSourceArn.split(':')[3] ?? '';
  return Object.entries(records).flatMap(([shardId, those]) =>
    those.map(({ key, value, offset, timestamp }) => ({
      place: { lane: `${region}:${shardId}`, shardId, sequenceNumber: String(offset), arrivedAt: timestamp },
      partitionKey: Buffer.from(key, 'base64').toString('utf8'),
      data: value,
    })),
  );
};
