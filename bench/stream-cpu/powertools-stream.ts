import type { KinesisStreamRecord } from 'aws-lambda';
import { activityRecordedV1 } from '../../contracts/avro/events';
import type { Delivered } from '../../lambdas/shared/envelope';
import { readEnvelope } from '../../lambdas/shared/envelope-reader';
import type { Effect } from '../../lambdas/shared/ordered-effect';
import type { OrderedStore } from '../../lambdas/shared/ordered-store.port';
import { streamEvent } from '../../lambdas/shared/stream-event';
import { activityRecord } from './activity-record';

/** What a handler of records has to know of one. */
interface ReadRecord {
  readonly id: string;
  readonly subject: string;
  readonly sequence: number;
  readonly effects: readonly Effect[];
}

const event = streamEvent(activityRecordedV1, activityRecord);

/** Reads a record with the readers of `orderedConsumer`, as nobody outside of this repository would. */
const readWithOurs = ({ kinesis }: KinesisStreamRecord): ReadRecord => {
  const envelope = readEnvelope(Buffer.from(kinesis.data, 'base64').toString('utf8'));
  const { id, subject, sequence } = envelope;
  const delivered = { ...envelope, data: event.read(envelope), receiveCount: 1 } as Delivered<never>;
  return { id, subject, sequence, effects: activityRecord(delivered) };
};

/** A record handler that writes what an event changes, and knows nothing of what was before. */
export const writingRecords =
  (store: OrderedStore) =>
  async (record: KinesisStreamRecord): Promise<void> => {
    await store.commit('v1', { changes: [], effects: readWithOurs(record).effects });
  };

/** A record handler that keeps the position of its entity in the same transaction, as exactly-once effects need: read, check, write. */
export const positionedRecords =
  (store: OrderedStore) =>
  async (record: KinesisStreamRecord): Promise<void> => {
    const { id, subject, sequence, effects } = readWithOurs(record);
    const known = (await store.load('v1', [subject])).get(subject);
    if (known === undefined || sequence <= known.position.sequence) return;
    if (sequence !== known.position.sequence + 1) throw new Error('an event is missing');
    const { position: before } = known;
    const recentIds = [...before.recentIds, id].slice(-32);
    const after = { ...before, sequence, recentIds, version: before.version + 1 };
    await store.commit('v1', { changes: [{ before, after, keep: [], drained: [] }], effects });
  };
