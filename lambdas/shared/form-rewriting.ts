import type { StoredItem, UnreadableItem } from './entity-forms.port';
import type { EntitySchema } from './entity-schema';

/** What a backfill does with an entity. `foreign`: its home rewrites it. `homeless`: nobody does. `newest`: nothing is left to do. `unreadable`: nobody can read it. */
export type FormRewriting<State> =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'homeless' }
  | { readonly kind: 'newest' }
  | { readonly kind: 'unreadable'; readonly error: unknown }
  | { readonly kind: 'rewrite'; readonly known: StoredItem; readonly state: State };

/**
 * What a region does with an entity that it finds in some form. Only the home writes an entity: two regions that rewrote it at the same time
 * as its home changes it would let replication take the later of two writes, and lose the change.
 */
export const decideRewriting = <State>(
  item: StoredItem | UnreadableItem,
  { region, schema }: { readonly region: string; readonly schema: EntitySchema<State> },
): FormRewriting<State> => {
  if (item.homeRegion !== undefined && item.homeRegion !== region) return { kind: 'foreign' };
  if ('unreadable' in item) return { kind: 'unreadable', error: item.unreadable };
  if ((item.schemaVersion ?? 1) >= schema.newest) return { kind: 'newest' };
  if (item.homeRegion === undefined) return { kind: 'homeless' };
  try {
    return { kind: 'rewrite', known: item, state: schema.read(item.entity, item) };
  } catch (error) {
    // Whatever it is, an upcaster's own mistake too: it is about this entity, and holds no other one up.
    return { kind: 'unreadable', error };
  }
};
