import type { StoredItem } from './entity-forms.port';
import type { EntitySchema, StoredForm } from './entity-schema';

/** What a backfill does with an entity. `foreign`: its home rewrites it. `homeless`: nobody does. `newest`: nothing is left to do. */
export type FormRewriting =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'homeless' }
  | { readonly kind: 'newest' }
  | { readonly kind: 'rewrite'; readonly form: StoredForm };

/**
 * What a region does with an entity that it finds in some form. Only the home writes an entity: two regions that rewrote it at the same time
 * as its home changes it would let replication take the later of two writes, and lose the change.
 * @throws UnknownSchemaVersionError | UnreadableStateError it cannot be read
 */
export const decideRewriting = <State>(
  item: StoredItem,
  { region, schema }: { readonly region: string; readonly schema: EntitySchema<State> },
): FormRewriting => {
  if (item.homeRegion !== undefined && item.homeRegion !== region) return { kind: 'foreign' };
  if ((item.schemaVersion ?? 1) >= schema.newest) return { kind: 'newest' };
  if (item.homeRegion === undefined) return { kind: 'homeless' };
  return { kind: 'rewrite', form: schema.write(schema.read(item.entity, item), item.schemaVersion) };
};
