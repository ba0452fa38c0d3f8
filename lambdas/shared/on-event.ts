import type { AcceptedMessage, Handle } from './accepted-message';
import { decodeEvent } from './avro-reader';
import type { EventContract } from './event-contract';
import { UnreadableMessageError } from './message.errors';

/** Accepts an event: Avro data, resolved to the contract's schema. */
export const onEvent = <T>(contract: EventContract<T>, handle: Handle<T>): AcceptedMessage => ({
  type: contract.type,
  read: ({ data_base64: data }) => {
    if (data === undefined) throw new UnreadableMessageError(`${contract.type} has no data_base64`);
    return decodeEvent(contract, Buffer.from(data, 'base64'));
  },
  // `read` has made the data of this contract's type.
  handle: handle as Handle<unknown>,
});
