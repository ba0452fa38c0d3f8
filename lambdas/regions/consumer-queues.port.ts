/** The queues of this region's consumers. */
export interface ConsumerQueues {
  /** How many messages each consumer has yet to handle: those that wait, that are delayed, and that are being handled. Roughly. */
  waiting(): Promise<ReadonlyMap<string, number>>;
}
