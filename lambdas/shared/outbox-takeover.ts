import type { Adoption } from './entity-home';
import type { Stored } from './entity-store.port';
import type { OutboxRow } from './outbox';

/** What a take-over has to know of a row's entity, as it is stored. */
export type TakenOverEntity = Pick<Stored<unknown>, 'homeRegion'> & Partial<Pick<Adoption, 'adoptedAtSequence'>>;

/** What a stored entity tells of that; `undefined` when there is none. */
export const takenOverEntityOf = (
  item: { readonly [attribute: string]: unknown } | undefined,
): TakenOverEntity | undefined => {
  const { homeRegion, adoptedAtSequence } = item ?? {};
  if (typeof homeRegion !== 'string') return undefined;
  return { homeRegion, ...(typeof adoptedAtSequence === 'number' && { adoptedAtSequence }) };
};

/**
 * Whether a row tells what did not come to pass: its region went on numbering events of an entity that another region had
 * adopted before. What it tells up to the adoption is part of the entity's history, and has to be published.
 */
export const isOverruled = (
  { originRegion, events }: Pick<OutboxRow, 'originRegion' | 'events'>,
  { homeRegion, adoptedAtSequence = Number.POSITIVE_INFINITY }: TakenOverEntity,
): boolean => originRegion !== homeRegion && events.some(({ sequence }) => sequence > adoptedAtSequence);

/** Whether a row was committed before the end of its region's fence, so that the successor has published it. */
export const isTakenOver = (committedAt: unknown, publishesFrom: Date | undefined): boolean =>
  publishesFrom !== undefined && typeof committedAt === 'string' && new Date(committedAt) < publishesFrom;
