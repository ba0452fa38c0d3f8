import type { AcceptedMessage, Handle } from './accepted-message';
import type { CommandContract } from './command-contract';

/** Accepts a command: JSON data, parsed by its contract. Apart from `onEvent`, so that it brings no Avro reader along. */
export const onCommand = <T>(contract: CommandContract<T>, handle: Handle<T>): AcceptedMessage => ({
  type: contract.type,
  read: ({ data }) => contract.parse(data),
  // `read` has made the data of this contract's type.
  handle: handle as Handle<unknown>,
});
