import { decodeEvent } from './avro-reader';
import type { Delivered } from './envelope';
import type { RawEnvelope } from './envelope-reader';
import type { EventContract } from './event-contract';
import { UnreadableMessageError } from './message.errors';
import type { Effect } from './ordered-effect';

/** Where an event was in the log, for a projection. */
export interface EventPlace {
  /** `<region>:<shardId>`: within a lane there is one writer at a time. */
  readonly lane: string;
  readonly record: {
    readonly sequenceNumber: string;
    /** When the log took it, in epoch milliseconds. */
    readonly arrivedAt: number;
  };
}

/** What an event changes. Pure: the same event at the same place always has the same effects, and an error is the event's fault. */
export type Project<T> = (event: Delivered<T>, place: EventPlace) => readonly Effect[];

/** A type of event that an ordered consumer accepts. Made by `streamEvent`. */
export interface AcceptedStreamEvent {
  readonly type: string;
  /**
   * Decodes the data.
   * @throws UnreadableMessageError | UnknownSchemaError
   */
  read(envelope: RawEnvelope): unknown;
  readonly project: Project<unknown>;
}

/** Accepts an event of the log: Avro data, resolved to the contract's schema, and what it changes. */
export const streamEvent = <T>(contract: EventContract<T>, project: Project<T>): AcceptedStreamEvent => ({
  type: contract.type,
  read: ({ data_base64: data }) => {
    if (data === undefined) throw new UnreadableMessageError(`${contract.type} has no data_base64`);
    return decodeEvent(contract, Buffer.from(data, 'base64'));
  },
  // `read` has made the data of this contract's type.
  project: project as Project<unknown>,
});
