import { outboxLines } from './outbox-line';
import { isTakenOver } from './outbox-takeover';
import type { RegionGate } from './region-gate.port';
import { refusalOf } from './region-refusal';
import { RelayRun, type RelayRunDeps } from './relay-run';
import type { StreamRow } from './stream-consumer';

/** What the relay works with. */
export interface RelayOutboxDeps extends RelayRunDeps {
  /** Rows of other regions are left to their relays. */
  readonly region: string;
  readonly gate: RegionGate;
}

/**
 * Publishes rows of the outbox in order per entity and answers the rows that must come again. What the topic will never
 * take parks its entity and nobody else; whatever may pass stops the entity until its rows come again.
 *
 * What was committed before the end of a fence is the successor's to publish, so an evacuated region lets its rows pass. While
 * only its lease has run out, nobody else has been told to publish them, and they come again.
 */
export const relayOutbox =
  (deps: RelayOutboxDeps) =>
  async (rows: readonly StreamRow[], redriveFunction: string): Promise<readonly StreamRow[]> => {
    // A row whose origin cannot be read is taken as ours and parked: without an owner it would be lost.
    const isOurs = ({ originRegion }: StreamRow['item']) =>
      typeof originRegion !== 'string' || originRegion === deps.region;
    const ours = rows.filter(({ key, item }) => key.sk.startsWith('OUTBOX#') && isOurs(item));
    if (ours.length === 0) return [];
    const { gate, report } = deps;
    const refusal = await refusalOf(gate);
    if (refusal?.standing.kind === 'fenced') return [];
    if (refusal) {
      for (const { key } of ours) report.postponed(key.pk, refusal.name);
      return ours;
    }
    const from = await gate.publishesFrom();
    const left = ours.filter(({ item }) => !isTakenOver(item['committedAt'], from));
    return new RelayRun(deps, redriveFunction).publishAll(outboxLines(left));
  };
