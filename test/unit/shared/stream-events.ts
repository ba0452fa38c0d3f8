import type { KinesisStreamEvent } from 'aws-lambda';
import { encodeEvent } from '../../../lambdas/shared/avro-writer';
import type { EventContract } from '../../../lambdas/shared/event-contract';
import type { StreamRecord } from '../../../lambdas/shared/stream-record';

/** What the events of these tests say. */
export interface Noted {
  readonly text: string;
}

/** The event of these tests. */
export const notedV1: EventContract<Noted> = {
  type: 'test.Noted.v1',
  schemaVersionId: '7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b11',
  schema: { type: 'record', name: 'Noted', namespace: 'test.v1', fields: [{ name: 'text', type: 'string' }] },
};

/** An event as it goes on the wire. */
export const noted = (
  subject: string,
  sequence: number,
  more: { readonly text?: string; readonly [attribute: string]: unknown } = {},
): string => {
  const { text = `${subject} ${sequence}`, ...attributes } = more;
  return JSON.stringify({
    specversion: '1.0',
    id: `${subject}/${sequence}`,
    source: '/tenfold/test',
    type: notedV1.type,
    time: '2026-11-23T08:00:00.000Z',
    subject,
    sequence,
    correlationid: 'correlation-1',
    causationid: 'causation-1',
    originregion: 'sa-east-1',
    dataschema: `urn:avro:${notedV1.schemaVersionId}`,
    data_base64: Buffer.from(encodeEvent(notedV1, { text })).toString('base64'),
    ...attributes,
  });
};

/** Records as Lambda hands them over. */
export const kinesisEvent = (records: readonly StreamRecord[]): KinesisStreamEvent => ({
  Records: records.map(({ place, partitionKey, data }) => ({
    awsRegion: place.lane.split(':')[0] ?? '',
    eventID: `${place.shardId}:${place.sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: 'arn:aws:kinesis:sa-east-1:000000000000:stream/Example',
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/Example',
    kinesis: {
      approximateArrivalTimestamp: place.arrivedAt / 1_000,
      data,
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber: place.sequenceNumber,
    },
  })),
});
