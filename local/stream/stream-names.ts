/** A consumer of a log, and the output of `ActivityService` that names its function. */
export interface NamedConsumer {
  readonly consumer: string;
  readonly functionOutput: string;
}

/** The consumers of the store's logs. */
export const streamConsumers: readonly NamedConsumer[] = [
  { consumer: 'activity.timeline', functionOutput: 'TimelineFunction' },
  { consumer: 'activity.counters', functionOutput: 'CountersFunction' },
  { consumer: 'activity.stock-ledger', functionOutput: 'LedgerFunction' },
];

/** The store's logs: what operators call them, and the output of `ActivityStreams` that names the stream. */
export const streams = { activity: 'ActivityStreamName', 'stock-movements': 'StockMovementsStreamName' } as const;
/** What an operator calls a log. */
export type StreamLabel = keyof typeof streams;

/** The consumer of that name, which may be written without its context: `timeline`. */
export const consumerNamed = (name: string): NamedConsumer | undefined =>
  streamConsumers.find(({ consumer }) => consumer === name || consumer === `activity.${name}`);
