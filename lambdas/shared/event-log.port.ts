/** An event for the log. */
export interface LogEvent {
  /** Whose event it is, `<kind>/<id>`: the log keeps the events of an entity in order, and by it decides in which lane they are. */
  readonly entity: string;
  /** The event as it goes on the wire: CloudEvents JSON, as the topic carries it. */
  readonly text: string;
}

/** Where an event lies in the log. */
export interface Appended {
  /** Name of the lane (a shard). */
  readonly lane: string;
  /** Position in the lane; grows, without being a count. */
  readonly position: string;
}

/** An ordered log that several consumers read, each at its own pace, and read again. */
export interface EventLog {
  /**
   * Appends events, those of one entity in the order they are given in. At least once: an event whose acknowledgement was lost is appended again,
   * which consumers see by its id. When it throws, any part may have been appended, but of no entity a later event without the earlier ones.
   * @returns where each lies, in the order they were given in
   * @throws LogOverloadedError the log takes no more at the moment
   * @throws LogUnavailableError the log does not answer, or fails
   * @throws LogEventTooLargeError one of them is larger than the log takes; nothing was appended
   */
  append(events: readonly LogEvent[]): Promise<readonly Appended[]>;
}
