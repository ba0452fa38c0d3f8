import { DuplicateMessageError } from '../shared/entity-store.errors';
import type { EntityStore } from '../shared/entity-store.port';
import type { Delivered } from '../shared/envelope';
import { untilFresh } from '../shared/until-fresh';
import { decideTracking, type Timeline } from './order-timeline';
import type { StepEvent, TrackedStep } from './track-order-steps.contract';

/** What track-order-steps needs. */
export interface TrackOrderStepsDeps {
  /** One timeline an order, under the order's id. */
  readonly timelines: EntityStore<Timeline>;
}

/** Writes a step into its order's timeline; the inbox marker is part of the same transaction, so each event counts once. */
export const trackOrderStep =
  ({ timelines }: TrackOrderStepsDeps, { step, outcome }: Pick<TrackedStep, 'step' | 'outcome'>) =>
  async (event: Delivered<StepEvent>): Promise<void> => {
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
