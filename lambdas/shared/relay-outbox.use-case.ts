import { outboxLines } from './outbox-line';
import { RelayRun, type RelayRunDeps } from './relay-run';
import type { StreamRow } from './stream-consumer';

/** What the relay works with. */
export interface RelayOutboxDeps extends RelayRunDeps {
  /** Rows of other regions are left to their relays. */
  readonly region: string;
}

/**
 * Publishes rows of the outbox in order per entity and answers the rows that must come again. What the topic will never
 * take parks its entity and nobody else; whatever may pass stops the entity until its rows come again.
 */
export const relayOutbox =
  (deps: RelayOutboxDeps) =>
  async (rows: readonly StreamRow[], redriveFunction: string): Promise<readonly StreamRow[]> => {
    // A row whose origin cannot be read is taken as ours and parked: without an owner it would be lost.
    const isOurs = ({ originRegion }: StreamRow['item']) =>
      typeof originRegion !== 'string' || originRegion === deps.region;
    const ours = rows.filter(({ key, item }) => key.sk.startsWith('OUTBOX#') && isOurs(item));
    return new RelayRun(deps, redriveFunction).publishAll(outboxLines(ours));
  };
