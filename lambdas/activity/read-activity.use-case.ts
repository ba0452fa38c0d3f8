import * as z from 'zod/mini';
import { SubjectErasedError, SubjectKeyMissingError } from '../shared/sealed.errors';
import type { CustomerOpener, OpenField } from '../shared/subject-seals';
import type { CustomerTimelines, TimelineRow } from './customer-timelines.port';
import type { ActivityView, TimelineEvent } from './read-activity.contract';
import { sealedQueryField } from './sealed-query';

/** What read-activity needs. */
export interface ReadActivityDeps {
  readonly timelines: CustomerTimelines;
  /** Opens what the customer has searched for. */
  readonly openerOf: CustomerOpener;
}

/** Rows by entity, in the order in which the first of each comes. */
const byEntity = (rows: readonly TimelineRow[]): ReadonlyMap<string, readonly TimelineRow[]> => {
  const entities = new Map<string, TimelineRow[]>();
  for (const row of rows) {
    const own = entities.get(row.entity);
    if (own === undefined) entities.set(row.entity, [row]);
    else own.push(row);
  }
  return entities;
};

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
 * Shows what a customer has done, page by page: the newest visit or order first, and of each what the page holds, strictly in the order of its numbers,
 * whatever the times say. `undefined` of a customer who was erased: what stands there under the id is nobody's any more.
 */
export const readActivity =
  ({ timelines, openerOf }: ReadActivityDeps) =>
  async (customerId: string, after?: string): Promise<ActivityView | undefined> => {
    const open = await openerOf(customerId).catch((error: unknown) => {
      if (error instanceof SubjectErasedError) return undefined;
      throw error;
    });
    if (open === undefined) return undefined;
    const { rows, next } = await timelines.page(customerId, after);
    const timeline = [...byEntity(rows)].map(([entity, events]) => ({
      entity,
      // The first of them is the newest.
      lastAt: events[0]?.occurredAt ?? '',
      events: events
        .toSorted((one, other) => one.sequence - other.sequence)
        .map((event) => opened(entity, event, open)),
    }));
    return { customerId, timeline, ...(next !== undefined && { next }) };
  };
