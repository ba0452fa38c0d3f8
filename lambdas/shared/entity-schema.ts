import * as z from 'zod/mini';
import { SchemaHistory } from './schema-history';
import { SchemaHistoryError, UnknownSchemaVersionError } from './schema-history.errors';
import { firstVersionOnly, type SchemaUse } from './schema-use.contract';

/** A state as it is stored. */
export interface StoredForm {
  readonly state: unknown;
  /** @default 1: items that were written before a kind had versions do not say so */
  readonly schemaVersion?: number;
}

/**
 * How a deployed function reads and writes the states of a kind: whatever version is stored is read as the newest, and written in the
 * version that its phase says.
 */
export class EntitySchema<State> {
  /** @throws SchemaHistoryError the function is told to read or write a version that its code does not know */
  constructor(
    private readonly history: SchemaHistory<State>,
    private readonly use: SchemaUse,
  ) {
    const unknown = [...use.reads, use.writes].filter((version) => version < 1 || version > history.newest);
    if (unknown.length > 0) {
      const known = `versions 1 to ${history.newest}`;
      throw new SchemaHistoryError(`${history.kind} is to be used in version ${unknown.join(', ')}; expected ${known}`);
    }
  }

  /** A kind that has had one version only. */
  static ofOneVersion<State>(kind: string): EntitySchema<State> {
    return new EntitySchema(SchemaHistory.of<State>(kind, z.unknown()), firstVersionOnly);
  }

  /** Number of the newest version. */
  get newest(): number {
    return this.history.newest;
  }

  /** Whether new entities are written in the newest version. */
  get writesNewest(): boolean {
    return this.use.writes === this.newest;
  }

  /**
   * The newest version of what is stored.
   * @throws UnknownSchemaVersionError it is stored in a version that this function does not read
   * @throws UnreadableStateError it does not fit the version that it says it has
   */
  read(entity: string, { state, schemaVersion = 1 }: StoredForm): State {
    if (!this.use.reads.includes(schemaVersion))
      throw new UnknownSchemaVersionError(entity, schemaVersion, this.use.reads);
    return this.history.up(entity, state, schemaVersion);
  }

  /**
   * Whether a form is older than what is to be written, because no other one takes the state. It may only be written over the form that the
   * state was read in: a backfill may have done to the entity meanwhile what makes the newer one take it.
   */
  isHeldBack({ schemaVersion = 1 }: Pick<StoredForm, 'schemaVersion'>): boolean {
    return schemaVersion < this.use.writes;
  }

  /**
   * What to store of a state. Never an older version than is stored already: who could read that can read this, and a backfill is not undone.
   * A state that the version to write does not take is stored in the one before.
   * @param storedIn the version that the entity is stored in. @default none: it is new
   */
  write(state: State, storedIn = 1): StoredForm {
    const schemaVersion = this.history.newestFor(state, Math.max(this.use.writes, storedIn));
    return { state: this.history.down(state, schemaVersion), ...(schemaVersion > 1 && { schemaVersion }) };
  }
}
