/**
 * Takes the place of `@smithy/core/event-streams` in bundles: the binary framing of streaming operations such as
 * Lambda's InvokeWithResponseStream, Kinesis' SubscribeToShard or Transcribe.
 *
 * Safe because no function here calls a streaming operation: the SDK's protocol layer loads this module only when a response schema
 * has an event stream. Of the clients that Tenfold bundles only Lambda's has one (InvokeWithResponseStream), and Invoke is all that is asked of it.
 */
export const eventStreamSerdeProvider = undefined;

/** A client with a streaming operation resolves its framing when it is constructed; nothing reads it before such an operation is called. */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

/** Reached only by an operation with an event stream, which no function calls. */
export class EventStreamSerde {
  constructor() {
    throw new Error('event streams are not bundled; see lib/build/shims/event-streams.ts');
  }
}
