import type { CountedForms, ItemCursor } from './backfill-entities.contract';
import type { Clock } from './clock.port';
import type { EntityForms } from './entity-forms.port';

/** What counting needs. */
export interface CountFormsDeps {
  readonly forms: Pick<EntityForms, 'versions'>;
  /** The version that is not old. */
  readonly newest: number;
  readonly clock: Clock;
  /** How long it goes on before it answers with a cursor, in milliseconds. */
  readonly budgetMilliseconds: number;
}

/** Entities without a home that are named; the others are counted. */
const NAMED = 10;

/** Counts the entities of a region's replica, whoever's they are, and those among them that are stored in an old version. */
export const countForms =
  ({ forms, newest, clock, budgetMilliseconds }: CountFormsDeps) =>
  async (begin: ItemCursor | undefined): Promise<CountedForms> => {
    const end = clock.now().getTime() + budgetMilliseconds;
    const old: Record<string, number> = {};
    const homeless = { count: 0, some: [] as string[] };
    let [entities, cursor] = [0, begin];
    do {
      const { items, next } = await forms.versions(cursor);
      entities += items.length;
      for (const item of items) {
        // What cannot be read counts as old: nobody knows that it is not.
        if (!('unreadable' in item) && (item.schemaVersion ?? 1) >= newest) continue;
        const { entity, homeRegion } = item;
        if (homeRegion !== undefined) old[homeRegion] = (old[homeRegion] ?? 0) + 1;
        else {
          homeless.count += 1;
          if (homeless.some.length < NAMED) homeless.some.push(entity);
        }
      }
      cursor = next;
    } while (cursor !== undefined && clock.now().getTime() < end);
    return { entities, old, homeless, ...(cursor && { cursor }) };
  };
