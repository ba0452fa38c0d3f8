import type { CustomerTimelines, TimelineEntity } from './customer-timelines.port';
import type { ActivityView } from './read-activity.contract';

/** Visits and orders that an answer shows at most: the newest. */
const MAX_ENTITIES = 50;

const lastAtOf = ({ events }: TimelineEntity): string =>
  events.reduce((last, { occurredAt }) => (occurredAt > last ? occurredAt : last), '');

/** Shows what a customer has done: the newest visit or order first, and each strictly in the order of its numbers, whatever the times say. */
export const readActivity =
  ({ timelines }: { readonly timelines: CustomerTimelines }) =>
  async (customerId: string): Promise<ActivityView> => {
    const known = (await timelines.of(customerId)).filter(({ events }) => events.length > 0);
    const entities = known
      .map((one) => ({ ...one, lastAt: lastAtOf(one) }))
      .sort((one, other) => other.lastAt.localeCompare(one.lastAt) || one.entity.localeCompare(other.entity));
    const timeline = entities.slice(0, MAX_ENTITIES).map(({ entity, lastAt, events }) => ({
      entity,
      lastAt,
      events: events.toSorted((one, other) => one.sequence - other.sequence),
    }));
    return { customerId, timeline, omitted: entities.length - timeline.length };
  };
