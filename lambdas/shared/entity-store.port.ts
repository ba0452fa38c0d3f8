import type { Cause } from './cause';
import type { NewEvent } from './event-contract';

/** An entity as it was read: what a decision is based on. */
export interface Stored<State> {
  readonly state: State;
  /** Grows by one with every commit; the optimistic lock. */
  readonly version: number;
  /** Number of the entity's last event; 0 when it has made none. */
  readonly sequence: number;
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

/** Entities of one kind, with their outbox and inbox. */
export interface EntityStore<State> {
  find(id: string): Promise<Stored<State> | undefined>;
  /**
   * Reads the entity and the message's marker in one round trip. A marker older than a day begins its lifetime anew: it has to
   * outlive the next redelivery, counted from this one.
   */
  findFor(id: string, messageId: string): Promise<Known<State>>;
  /**
   * One atomic write of the entity, its events and the marker.
   * @throws StaleEntityError the entity has changed since it was read (or exists already): read, decide, try again
   * @throws DuplicateMessageError the message was handled before; carries the first outcome
   */
  commit(change: Commit<State>): Promise<Stored<State>>;
}
