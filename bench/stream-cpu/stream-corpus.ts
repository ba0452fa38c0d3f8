import type { KinesisStreamEvent } from 'aws-lambda';
import { activityRecordedV1 } from '../../contracts/avro/events';
import { seededRandom } from '../../drills/harness/random';
import { encodeEvent } from '../../lambdas/shared/avro-writer';
import { eventIdOf } from '../../lambdas/shared/deterministic-id';

const RECORDS_A_BATCH = 100;
const VISITS_A_BATCH = 25;
/** Nothing of a record's time is like another's: what is read of it cannot be remembered. */
const STARTED = Date.parse('2026-11-23T08:00:00.000Z');

/** Batches of a Kinesis stream that are a function of the seed: each visit goes on in several batches, in order. */
export const streamCorpus = (seed: string, batches: number): KinesisStreamEvent[] => {
  const random = seededRandom(seed);
  const visits = Array.from({ length: VISITS_A_BATCH * 20 }, () => ({ id: random.uuid(), sequence: 0 }));
  let number = 0n;
  return Array.from({ length: batches }, () => {
    const active = Array.from({ length: VISITS_A_BATCH }, () => random.pick(visits));
    const Records = Array.from({ length: RECORDS_A_BATCH }, () => {
      const visit = random.pick(active);
      visit.sequence += 1;
      number += 1n;
      const subject = `visit/${visit.id}`;
      const occurredAt = new Date(STARTED + random.integer(0, 3_600_000)).toISOString();
      const data = {
        visitId: visit.id,
        customerId: `customer-${random.integer(1, 500)}`,
        kind: 'viewed',
        occurredAt,
      } as const;
      const payload = encodeEvent(activityRecordedV1, { ...data, sku: 'MUG-BLUE', query: null });
      const body = JSON.stringify({
        ...{ specversion: '1.0', id: eventIdOf(subject, visit.sequence, activityRecordedV1.type) },
        ...{ source: '/tenfold/activity', type: activityRecordedV1.type, time: occurredAt, subject },
        ...{ sequence: visit.sequence, correlationid: visit.id, causationid: random.uuid(), originregion: 'sa-east-1' },
        ...{ datacontenttype: 'application/avro', dataschema: `urn:avro:${activityRecordedV1.schemaVersionId}` },
        data_base64: Buffer.from(payload).toString('base64'),
      });
      const sequenceNumber = String(
        49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n + number,
      );
      return {
        awsRegion: 'sa-east-1',
        eventID: `shardId-000000000000:${sequenceNumber}`,
        eventName: 'aws:kinesis:record',
        eventSource: 'aws:kinesis',
        eventSourceARN: 'arn:aws:kinesis:sa-east-1:000000000000:stream/Example',
        eventVersion: '1.0',
        invokeIdentityArn: 'arn:aws:iam::000000000000:role/Example',
        kinesis: {
          approximateArrivalTimestamp: 1_795_420_801.5,
          data: Buffer.from(body).toString('base64'),
          kinesisSchemaVersion: '1.0',
          partitionKey: subject,
          sequenceNumber,
        },
      };
    });
    return { Records };
  });
};
