import { type RawEnvelope, readEnvelope } from './envelope-reader';
import { UnreadableMessageError } from './message.errors';
import type { StreamRecord } from './stream-record';

/** A record whose envelope was looked at. */
export interface Arrival {
  readonly record: StreamRecord;
  /** Whose it is: its subject; of one that cannot be read the partition key, which is the subject when its writer keeps to the rule. */
  readonly entity: string;
  /** The record as text. */
  readonly body: string;
  /** Absent when it cannot be read. */
  readonly envelope?: RawEnvelope;
  /** Why not. */
  readonly fault?: string;
}

/** Reads the envelope of a record, and nothing of its data. */
export const arrivalOf = (record: StreamRecord): Arrival => {
  const body = Buffer.from(record.data, 'base64').toString('utf8');
  try {
    const envelope = readEnvelope(body);
    if (envelope.sequence >= 1) return { record, entity: envelope.subject, body, envelope };
    const fault = `sequence is ${envelope.sequence}, expected 1 or more`;
    return { record, entity: envelope.subject, body, fault };
  } catch (error) {
    if (!(error instanceof UnreadableMessageError)) throw error;
    return { record, entity: record.partitionKey, body, fault: error.message };
  }
};
