import type { Position } from './ordered-delivery';
import type { Effect } from './ordered-effect';
import type { RecordPlace } from './stream-record';

/** An event that came before its turn, as it is kept. */
export interface EarlyEvent {
  readonly sequence: number;
  readonly id: string;
  /** The CloudEvents JSON text; absent when it is too large to be kept and is to be read from the log again. */
  readonly body?: string;
  readonly place: RecordPlace;
  readonly partitionKey: string;
}

/** What is known of an entity. */
export interface KnownEntity {
  readonly position: Position;
  /** Those that are kept here, by rising sequence. Up to `position.sequence` they have been overtaken by another region: a plan lets them go. */
  readonly early: readonly EarlyEvent[];
}

/** The change of one entity. */
export interface EntityChange {
  /** As it was read: the commit fails when it has changed since. */
  readonly before: Position;
  readonly after: Position;
  /** Events to keep. */
  readonly keep: readonly EarlyEvent[];
  /** Sequences of kept events that were applied, and wait no more. */
  readonly drained: readonly number[];
}

/** Changes of entities and the effects of their events: all of it is written, or nothing. */
export interface OrderedCommit {
  readonly changes: readonly EntityChange[];
  /** At most one for each key. */
  readonly effects: readonly Effect[];
}

/** One of the versions of what a consumer has written. */
export interface Generation {
  /** For example `v1`. */
  readonly name: string;
  /**
   * From when on a replay has read the log into it, in epoch milliseconds; absent for the first one, which has read it from its beginning.
   * Its entities may begin in the middle: when the log has nothing earlier of one, its first event that was found counts as its first.
   */
  readonly from?: number;
  /** The one that was active when this one was begun: it has applied what this one cannot find any more. */
  readonly follows?: string;
  /** When another one became active in its place, in epoch milliseconds. */
  readonly leftAt?: number;
  /** What arrived up to then may have gone to the generation that was active before, in epoch milliseconds. */
  readonly catchUpUntil?: number;
}

/** A page of entities with a gap. */
export interface GapPage {
  readonly entities: readonly { readonly entity: string; readonly generation: string; readonly waitingSince: string }[];
  /** Where the next page begins; absent behind the last one. */
  readonly next?: string;
}

/** The name of the generation that a consumer begins with. */
export const FIRST_GENERATION = 'v1';

/** Positions, effects and waiting events of one consumer. Whatever writes throws `RegionFencedError` in a region that may not. */
export interface OrderedStore {
  /** Most items that one commit can write: a position, a kept or drained event and an effect are one each. */
  readonly maxItems: number;
  /** The generation that is written to and read. */
  active(): Promise<Generation>;
  /** A generation by its name; `undefined` when none was ever begun under it. */
  generation(name: string): Promise<Generation | undefined>;
  /** Begins a generation, or changes what is known of it. */
  saveGeneration(generation: Generation): Promise<void>;
  /** Makes a generation the active one. Answers the name of the one before. */
  activate(name: string): Promise<string>;
  /**
   * What is known of these entities; an entity of which nothing is known is at its start. Strongly consistent as to what this region has written,
   * and as far as replication has come as to the others: an entity is where the furthest of them is.
   */
  load(generation: string, entities: readonly string[]): Promise<ReadonlyMap<string, KnownEntity>>;
  /**
   * Writes one transaction.
   * @throws EntityMovedError somebody else has moved one of the entities; nothing was written
   */
  commit(generation: string, commit: OrderedCommit): Promise<void>;
  /** Entities of this region for which something waits since before a time (RFC 3339, UTC), the longest waiting first, of every generation. */
  gaps(before: string, next?: string): Promise<GapPage>;
}
