import type { UnreadableItemError } from './backfill.errors';
import type { ItemCursor } from './backfill-entities.contract';
import type { StoredForm } from './entity-schema';

/** An entity as it is stored, whatever version that is. */
export interface StoredItem extends StoredForm {
  /** `<kind>/<id>`. */
  readonly entity: string;
  /** The optimistic lock. */
  readonly version: number;
  /** Absent from entities that something else than the store has written, such as an import. */
  readonly homeRegion?: string;
}

/** What stands where an entity would, and cannot be told to be one. */
export interface UnreadableItem {
  /** `<kind>/<id>`. */
  readonly entity: string;
  readonly unreadable: UnreadableItemError;
  /** Absent when that cannot be read, either. */
  readonly homeRegion?: string;
}

/** A part of the scan of a table. */
export interface ScanSegment {
  /** From 0. */
  readonly segment: number;
  readonly segments: number;
}

/** Some of a scan. */
export interface FormsPage<Entity> {
  readonly items: readonly Entity[];
  /** Absent after the last page. */
  readonly next?: ItemCursor;
}

/** The stored forms of all entities of one kind in a region's replica. */
export interface EntityForms {
  page(segment: ScanSegment, after: ItemCursor | undefined): Promise<FormsPage<StoredItem | UnreadableItem>>;
  /**
   * Strongly consistent.
   * @throws UnreadableItemError
   */
  find(entity: string): Promise<StoredItem | undefined>;
  /**
   * Replaces the form of an entity and nothing else: neither its version nor its events. `changed`: it is not as it was known any more.
   * `throttled`: the table takes no more at this moment. Nothing was written then.
   * @throws FormRefusedError
   */
  rewrite(known: StoredItem, form: StoredForm): Promise<'rewritten' | 'changed' | 'throttled'>;
  /** Of the whole replica, strongly consistent; without the states. */
  versions(
    after: ItemCursor | undefined,
  ): Promise<FormsPage<Pick<StoredItem, 'entity' | 'schemaVersion' | 'homeRegion'> | UnreadableItem>>;
}
