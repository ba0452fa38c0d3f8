import type { KinesisStreamRecord } from 'aws-lambda';
import { activityRecordedV1 } from '../../contracts/avro/events';
import type { Delivered } from '../../lambdas/shared/envelope';
import { readEnvelope } from '../../lambdas/shared/envelope-reader';
import { InMemoryOrderedStore } from '../../lambdas/shared/in-memory-ordered-store.adapter';
import { streamEvent } from '../../lambdas/shared/stream-event';
import { activityRecord } from './activity-record';

const event = streamEvent(activityRecordedV1, activityRecord);

/** Reads a record as `orderedConsumer` does: the same checks, the same projection. */
const effectsOf = ({ kinesis }: KinesisStreamRecord) => {
  const envelope = readEnvelope(Buffer.from(kinesis.data, 'base64').toString('utf8'));
  const delivered = { ...envelope, data: event.read(envelope), receiveCount: 1 } as Delivered<never>;
  const { sequenceNumber } = kinesis;
  return { envelope, effects: activityRecord(delivered), sequenceNumber };
};

/** A record handler that writes what an event changes, and knows nothing of what was before. */
export const writingRecords = () => {
  const store = new InMemoryOrderedStore();
  const handleRecord = async (record: KinesisStreamRecord): Promise<void> => {
    await store.commit('v1', { changes: [], effects: effectsOf(record).effects });
  };
  return { store, handleRecord };
};

/** A record handler that keeps the position of its entity in the same transaction, as exactly-once effects need: read, check, write. */
export const positionedRecords = () => {
  const store = new InMemoryOrderedStore();
  const handleRecord = async (record: KinesisStreamRecord): Promise<void> => {
    const { envelope, effects } = effectsOf(record);
    const known = (await store.load('v1', [envelope.subject])).get(envelope.subject);
    if (known === undefined || envelope.sequence <= known.position.sequence) return;
    if (envelope.sequence !== known.position.sequence + 1) throw new Error('an event is missing');
    const { position: before } = known;
    const recentIds = [...before.recentIds, envelope.id].slice(-32);
    const after = { ...before, sequence: envelope.sequence, recentIds, version: before.version + 1 };
    await store.commit('v1', { changes: [{ before, after, keep: [], drained: [] }], effects });
  };
  return { store, handleRecord };
};
