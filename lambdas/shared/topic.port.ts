/** A message for the topic. */
export interface TopicMessage {
  /** Deduplication id. */
  readonly id: string;
  /** Messages of a group are delivered in the order they were published. */
  readonly group: string;
  /** What subscribers filter on. */
  readonly type: string;
  readonly body: string;
}

/** What became of one message. `poison`: the topic will never take it; otherwise a later try may succeed. */
export type Publication =
  | { readonly kind: 'published' }
  | { readonly kind: 'poison' | 'failed'; readonly reason: string };

/** An ordered topic. */
export interface Topic {
  /** Largest sum of `sizeOf` over the messages of one call, and most messages in it. */
  readonly maxBytes: number;
  readonly maxMessages: number;
  /** Bytes a message counts for. */
  sizeOf(message: TopicMessage): number;
  /** Publishes messages of different groups. Answers for each message, in order; does not throw for what the topic refuses. */
  publish(messages: readonly TopicMessage[]): Promise<readonly Publication[]>;
}
