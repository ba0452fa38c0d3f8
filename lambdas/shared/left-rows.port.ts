import type { TakenOverEntity } from './outbox-takeover';
import type { StreamRow } from './stream-consumer';

/** A place between two rows of a segment; absent: at its beginning. */
export type RowPlace = { readonly pk: string; readonly sk: string } | undefined;

/** Which rows are meant: those of one region, from a time on. */
export interface LeftBy {
  readonly region: string;
  /** RFC 3339. */
  readonly since: string;
}

/** Outbox rows that a region has left in a table, in segments that can be read side by side. */
export interface LeftRows {
  readonly segments: number;
  /** The rows after a place, all of an entity's in one segment and in order. The last page of a segment has no `next`. */
  page(
    segment: number,
    by: LeftBy,
    from: RowPlace,
  ): Promise<{ readonly rows: readonly StreamRow[]; readonly next: RowPlace }>;
  /** What the rows' entities are now; those that are not there are left out. */
  entitiesOf(keys: readonly string[]): Promise<ReadonlyMap<string, TakenOverEntity>>;
}
