import type { CountedForms, ItemCursor } from './backfill-entities.contract';
import type { Clock } from './clock.port';
import type { EntityForms } from './entity-forms.port';

/** What counting needs. */
export interface CountFormsDeps {
  readonly region: string;
  readonly forms: Pick<EntityForms, 'versions'>;
  /** The version that is not old. */
  readonly newest: number;
  readonly clock: Clock;
  /** How long it goes on before it answers with a cursor, in milliseconds. */
  readonly budgetMilliseconds: number;
}

/** Counts the entities of a region's replica, whoever's they are, and those among them that are stored in an old version. */
export const countForms =
  ({ region, forms, newest, clock, budgetMilliseconds }: CountFormsDeps) =>
  async (begin: ItemCursor | undefined): Promise<CountedForms> => {
    const end = clock.now().getTime() + budgetMilliseconds;
    const old: Record<string, number> = {};
    let [entities, cursor] = [0, begin];
    do {
      const { items, next } = await forms.versions(cursor);
      entities += items.length;
      for (const { schemaVersion = 1, homeRegion = region } of items)
        if (schemaVersion < newest) old[homeRegion] = (old[homeRegion] ?? 0) + 1;
      cursor = next;
    } while (cursor !== undefined && clock.now().getTime() < end);
    return { entities, old, ...(cursor && { cursor }) };
  };
