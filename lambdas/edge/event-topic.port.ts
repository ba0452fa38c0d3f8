/** The topic that the region's events go through. */
export interface EventTopic {
  /** Resolves when the topic is there and may be used. @throws when it is not, or cannot be asked */
  assertKnown(): Promise<void>;
}
