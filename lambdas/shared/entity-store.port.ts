import type { Cause } from './cause';
import type { NewEvent } from './event-contract';

/** An entity as it was read: what a decision is based on. */
export interface Stored<State> {
  readonly state: State;
  /** Grows by one with every commit; the optimistic lock. */
  readonly version: number;
  /** Number of the entity's last event; 0 when it has made none. */
  readonly sequence: number;
  /** The one region that may change it. */
  readonly homeRegion: string;
  /** Its home before it was last adopted; absent when it never was. */
  readonly adoptedFrom?: string;
  /** The version of the form that it is stored in, whatever version `state` was made of it. @default 1 */
  readonly schemaVersion?: number;
}

/** The inbox marker of a handled message: who it was and what came of it. */
export interface InboxEntry {
  readonly messageId: string;
  /** What to answer when the same message is delivered again. JSON. */
  readonly outcome: unknown;
}

/** Everything that becomes true together, or not at all. */
export interface Commit<State> {
  readonly id: string;
  /** What the decision was based on; `undefined` means that the entity must not exist yet. */
  readonly basedOn: Stored<State> | undefined;
  readonly state: State;
  /** In order; they are numbered `sequence + 1 …`. Empty for a change that nobody else needs to hear of. */
  readonly events: readonly NewEvent[];
  readonly cause: Cause;
  /** Set by consumers of a queue: the marker is part of the same transaction. */
  readonly message?: InboxEntry;
}

/** What is known before a message is handled: the entity, and the marker if it was handled before. */
export interface Known<State> {
  readonly stored?: Stored<State>;
  readonly handled?: InboxEntry;
}

/**
 * Entities of one kind, with their outbox and inbox. Whatever version of its form an entity is stored in, code sees the newest.
 * Every read throws UnknownSchemaVersionError or UnreadableStateError when it is stored in a form that this code does not know: what
 * cannot be read is not written, either.
 */
export interface EntityStore<State> {
  find(id: string): Promise<Stored<State> | undefined>;
  /**
   * Reads the entity and the message's marker in one round trip. A marker older than a day begins its lifetime anew: it has to
   * outlive the next redelivery, counted from this one.
   */
  findFor(id: string, messageId: string): Promise<Known<State>>;
  /**
   * One atomic write of the entity, its events and the marker. A new entity's home is this region; one whose home was evacuated
   * to this region is adopted.
   * @throws StaleEntityError the entity has changed since it was read (or exists already): read, decide, try again
   * @throws DuplicateMessageError the message was handled before; carries the first outcome
   * @throws RegionFencedError this region may not write now
   * @throws ForeignHomeError the entity's home is another region, which has not been evacuated to this one
   */
  commit(change: Commit<State>): Promise<Stored<State>>;
  /**
   * Makes sure that this region may act on an entity before something is done that no transaction covers: a call to an outside
   * service, a saga that is started, an answer that others go on from. Adopts the entity when its home was evacuated to this
   * region; writes nothing when it is at home, or when there is none (`undefined`, which is answered back).
   * @throws StaleEntityError | RegionFencedError | ForeignHomeError as `commit`
   */
  claim(id: string, stored: Stored<State> | undefined, cause: Cause): Promise<Stored<State> | undefined>;
}
