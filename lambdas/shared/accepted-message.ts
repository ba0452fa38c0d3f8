import type { Delivered } from './envelope';
import type { RawEnvelope } from './envelope-reader';

/** What is done with one type of message. May be synchronous. */
export type Handle<T> = (message: Delivered<T>) => Promise<void> | void;

/** A type of message a consumer accepts: how its data is read and what is done with it. Made by `onEvent` and `onCommand`. */
export interface AcceptedMessage {
  readonly type: string;
  /**
   * Checks and decodes the data.
   * @throws UnreadableMessageError | UnknownSchemaError
   */
  read(envelope: RawEnvelope): unknown;
  readonly handle: Handle<unknown>;
}
