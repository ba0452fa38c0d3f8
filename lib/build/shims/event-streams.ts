/**
 * Takes the place of `@smithy/core/event-streams` in bundles: the binary framing of streaming operations such as
 * Lambda's InvokeWithResponseStream, Kinesis' SubscribeToShard or Transcribe.
 *
 * Safe because the clients that Tenfold bundles (DynamoDB, SQS, SNS, Step Functions, Secrets Manager) have no streaming operation: the
 * SDK's protocol layer loads this module only when a response schema has an event stream. A client that has one imports
 * `resolveEventStreamSerdeConfig` from here when it is constructed; that export is missing on purpose, so such a client fails the build.
 */
export const eventStreamSerdeProvider = undefined;

/** Reached only by an operation with an event stream, which no bundled client has. */
export class EventStreamSerde {
  constructor() {
    throw new Error('event streams are not bundled; see lib/build/shims/event-streams.ts');
  }
}
