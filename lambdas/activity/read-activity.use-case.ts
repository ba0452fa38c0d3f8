import * as z from 'zod/mini';
import { SubjectErasedError, SubjectKeyMissingError } from '../shared/sealed.errors';
import type { CustomerOpener, OpenField } from '../shared/subject-seals';
import type { CustomerTimelines, TimelineEntity } from './customer-timelines.port';
import type { ActivityView, TimelineEvent } from './read-activity.contract';
import { sealedQueryField } from './sealed-query';

/** What read-activity needs. */
export interface ReadActivityDeps {
  readonly timelines: CustomerTimelines;
  /** Opens what the customer has searched for. */
  readonly openerOf: CustomerOpener;
}

/** Visits and orders that an answer shows at most: the newest. */
const MAX_ENTITIES = 50;

const lastAtOf = ({ events }: TimelineEntity): string =>
  events.reduce((last, { occurredAt }) => (occurredAt > last ? occurredAt : last), '');

const opened = (entity: string, { query, ...event }: TimelineEvent, open: OpenField): TimelineEvent => {
  if (query === undefined) return event;
  try {
    return { ...event, query: open(sealedQueryField(entity, event.sequence), query, z.string()) };
  } catch (error) {
    // Sealed in another region a moment ago: its key has not come yet.
    if (error instanceof SubjectKeyMissingError) return event;
    throw error;
  }
};

/**
 * Shows what a customer has done: the newest visit or order first, and each strictly in the order of its numbers, whatever the times say.
 * `undefined` of a customer who was erased: what stands there under the id is nobody's any more.
 */
export const readActivity =
  ({ timelines, openerOf }: ReadActivityDeps) =>
  async (customerId: string): Promise<ActivityView | undefined> => {
    const open = await openerOf(customerId).catch((error: unknown) => {
      if (error instanceof SubjectErasedError) return undefined;
      throw error;
    });
    if (open === undefined) return undefined;
    const known = (await timelines.of(customerId)).filter(({ events }) => events.length > 0);
    const entities = known
      .map((one) => ({ ...one, lastAt: lastAtOf(one) }))
      .sort((one, other) => other.lastAt.localeCompare(one.lastAt) || one.entity.localeCompare(other.entity));
    const timeline = entities.slice(0, MAX_ENTITIES).map(({ entity, lastAt, events }) => ({
      entity,
      lastAt,
      events: events
        .toSorted((one, other) => one.sequence - other.sequence)
        .map((event) => opened(entity, event, open)),
    }));
    return { customerId, timeline, omitted: entities.length - timeline.length };
  };
