/** Where a record was in the log; enough to find it again. */
export interface RecordPlace {
  /** `<region>:<shardId>`: the records of a lane arrive in the order of the log. */
  readonly lane: string;
  /** A shard, or `<topic>-<partition>` of Kafka. */
  readonly shardId: string;
  /** Rises within a shard; a decimal number of up to 56 digits, or an offset of Kafka. */
  readonly sequenceNumber: string;
  /** When the log took it, in epoch milliseconds. */
  readonly arrivedAt: number;
}

/** A record of the log, not looked into yet. */
export interface StreamRecord {
  readonly place: RecordPlace;
  /** What its writer keeps the order by: the entity. */
  readonly partitionKey: string;
  /** Base64. */
  readonly data: string;
}

/** Digits of the longest sequence number: numbers that are filled up to it compare as text. */
const SEQUENCE_NUMBER_DIGITS = 56;

/** A sequence number in a form that sorts as text. */
export const sortableSequenceNumber = (sequenceNumber: string): string =>
  sequenceNumber.padStart(SEQUENCE_NUMBER_DIGITS, '0');
