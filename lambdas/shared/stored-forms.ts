import type { ApiAnswer } from './api-route';
import type { NewEvent } from './event-contract';
import type { SchemaHistory } from './schema-history';

/** An entity as some version of the code has stored it. */
export interface StoredExample {
  readonly version: number;
  readonly state: unknown;
}

/**
 * A kind of entities in every form that it may be stored in, and what becomes of each. `<kind>.forms.ts` exports it as `storedForms`, for the
 * release gate: no function loads it.
 */
export interface StoredForms<State> {
  /** First part of the entities' keys. */
  readonly kind: string;
  /** Number of the newest version, as functions are deployed with it. */
  readonly newest: number;
  readonly history: SchemaHistory<State>;
  /** At least one of every version. */
  readonly examples: readonly StoredExample[];
  /** What the API answers about it, by the contract's `operationId`. */
  readonly answers: { readonly [operationId: string]: (state: State) => ApiAnswer<unknown> };
  /** Every event that states something about it. */
  readonly events: (state: State) => readonly NewEvent[];
}
