import type { Order } from './order';

/** One thing that happened to an order, as the context that did it has stated. */
export interface TimelineStep {
  /** `reserve`, `charge`, `ship`, `confirm`, `dispatch`, or a compensation: `release`, `refund`, `recall`. */
  readonly step: string;
  readonly outcome: 'done' | 'refused';
  /** When it happened; RFC 3339, UTC. */
  readonly at: string;
  /** Why it was refused. */
  readonly reason?: string;
}

/** A step with the event it was taken from. */
export interface TimelineEntry extends TimelineStep {
  readonly eventId: string;
}

/** What ordering has heard from the other contexts about one order. */
export interface Timeline {
  readonly entries: readonly TimelineEntry[];
}

// Clocks of different functions may disagree by milliseconds: the saga's order breaks the tie.
const sagaOrder = ['reserve', 'charge', 'ship', 'confirm', 'dispatch', 'recall', 'refund', 'release'];

/** Adds what an event tells; `undefined` when the event is in it already. */
export const decideTracking = (timeline: Timeline | undefined, entry: TimelineEntry): Timeline | undefined => {
  const entries = timeline?.entries ?? [];
  return entries.some(({ eventId }) => eventId === entry.eventId) ? undefined : { entries: [...entries, entry] };
};

/** Everything that happened to an order, in order of time. */
export const stepsOf = (order: Order, timeline: Timeline | undefined): readonly TimelineStep[] => {
  const heard = (timeline?.entries ?? []).map(({ eventId: _source, ...step }): TimelineStep => step);
  const confirmed: readonly TimelineStep[] =
    order.confirmedAt === undefined ? [] : [{ step: 'confirm', outcome: 'done', at: order.confirmedAt }];
  return [...heard, ...confirmed].sort(
    (a, b) => Date.parse(a.at) - Date.parse(b.at) || sagaOrder.indexOf(a.step) - sagaOrder.indexOf(b.step),
  );
};
