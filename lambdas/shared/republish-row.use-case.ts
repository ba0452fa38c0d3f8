import type { Clock } from './clock.port';
import { UnreadableMessageError } from './message.errors';
import { topicMessage } from './outbox-line';
import { readOutboxRow } from './outbox-row-reader';
import type { OutboxRows } from './outbox-rows.port';
import { isOverruled, takenOverEntityOf } from './outbox-takeover';
import type { ParkedMessage } from './parking.port';
import type { RegionGate } from './region-gate.port';
import type { RelayReport } from './relay-report.port';
import { readRowReference } from './row-reference';
import type { Topic } from './topic.port';

/** What publishing a parked row works with. */
export interface RepublishRowDeps {
  readonly topic: Topic;
  readonly rows: OutboxRows;
  readonly clock: Clock;
  readonly report: RelayReport;
  readonly gate: RegionGate;
}

/** The topic did not take an event of a parked row. */
export class NotPublishedError extends Error {
  override readonly name = 'NotPublishedError';
}

/**
 * Publishes a parked row, all of its events in order: those that were published before it was parked are known to consumers.
 * A row that tells what an adoption has overruled is only released.
 * @throws UnreadableMessageError the row still cannot be read, or is gone
 * @throws NotPublishedError the topic does not take one of its events
 * @throws RegionFencedError this region may not publish now
 */
export const republishRow =
  ({ topic, rows, clock, report, gate }: RepublishRowDeps) =>
  async (parked: ParkedMessage): Promise<void> => {
    await gate.assertActive();
    const key = readRowReference(parked);
    const item = await rows.read(key);
    if (!item) throw new UnreadableMessageError(`there is no row ${key.pk} ${key.sk}`);
    const row = readOutboxRow(item);
    const entity = takenOverEntityOf(await rows.read({ pk: key.pk, sk: 'ENTITY' }));
    const events = entity && isOverruled(row, entity) ? [] : row.events;
    for (const event of events) {
      const [publication] = await topic.publish([topicMessage(row, event)]);
      if (publication?.kind !== 'published') {
        throw new NotPublishedError(`the topic does not take event ${event.id}: ${publication?.reason ?? 'no answer'}`);
      }
      report.published(clock.now().getTime() - Date.parse(event.time));
    }
    await rows.release(key);
  };
