import type { LeftBy } from '../shared/left-rows.port';
import type { ItemPair, ReplicaItem } from './replica-difference';

/** Key of an item. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** Some items, and where the next ones begin. */
export interface ReplicaPage {
  readonly items: readonly ReplicaItem[];
  readonly next?: ItemKey;
}

/** One context's table, as this region and another one have it. */
export interface ReplicaPair {
  /** Entities, outbox rows and pools of stock of this region's replica, page by page; the last page has no `next`. */
  page(from: ItemKey | undefined): Promise<ReplicaPage>;
  /** Of the other region's replica, its own entities and outbox rows that were written since. */
  writtenThere(by: LeftBy, from: ItemKey | undefined): Promise<ReplicaPage>;
  /** Both sides of these items, in the same order. */
  pairsOf(keys: readonly ItemKey[]): Promise<readonly ItemPair[]>;
  /**
   * Writes an item into this region's replica, from where it is replicated. `false` when what was known here has changed since.
   * @param known this region's item, as it was read
   */
  write(item: ReplicaItem, known: ReplicaItem | undefined): Promise<boolean>;
}
