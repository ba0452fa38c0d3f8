import { DuplicateMessageError } from '../shared/entity-store.errors';
import type { EntityStore } from '../shared/entity-store.port';
import type { Delivered } from '../shared/envelope';
import { untilFresh } from '../shared/until-fresh';
import { decideTracking, type Timeline, type TimelineStep } from './order-timeline';

export interface TrackOrderStepsDeps {
  /** One timeline an order, under the order's id. */
  readonly timelines: EntityStore<Timeline>;
}

/** What every event of a step carries. */
interface StepEvent {
  readonly orderId: string;
}

/** Writes a step into its order's timeline; the inbox marker is part of the same transaction, so each event counts once. */
export const trackOrderStep =
  ({ timelines }: TrackOrderStepsDeps, step: string, outcome: TimelineStep['outcome']) =>
  async (event: Delivered<StepEvent & { readonly reason?: string | null }>): Promise<void> => {
    const { orderId, reason } = event.data;
    try {
      await untilFresh(async () => {
        const { stored, handled } = await timelines.findFor(orderId, event.id);
        if (handled) return;
        const entry = { eventId: event.id, step, outcome, at: event.time, ...(reason ? { reason } : {}) };
        const timeline = decideTracking(stored?.state, entry);
        if (timeline === undefined) return;
        await timelines.commit({
          id: orderId,
          basedOn: stored,
          state: timeline,
          events: [],
          cause: { correlationId: event.correlationid, causationId: event.id },
          message: { messageId: event.id, outcome: null },
        });
      });
    } catch (error) {
      if (!(error instanceof DuplicateMessageError)) throw error;
    }
  };
