import * as z from 'zod/mini';
import { EntitySchema } from '../../../lambdas/shared/entity-schema';
import { SchemaHistory } from '../../../lambdas/shared/schema-history';
import {
  SchemaHistoryError,
  UnknownSchemaVersionError,
  UnreadableStateError,
} from '../../../lambdas/shared/schema-history.errors';
import { schemaPhases, schemaUseIn } from '../../../lambdas/shared/schema-phase.contract';
import { schemaUse } from '../../../lambdas/shared/schema-use.contract';
import { notes, notesIn, oldNotes, oldNotesOnly } from './note-versions';

const v1 = { text: 'buy tea and milk', edits: 3 };
const v2 = { first: 'buy', rest: 'tea and milk', edits: 3 };

describe('a history of stored forms', () => {
  it('makes the newest version of any older one, and any older one of the newest, step by step', () => {
    const three = notes.next<{ words: number; note: typeof v2 }>({
      schema: z.looseObject({ words: z.number() }),
      up: (note) => ({ words: 4, note }),
      down: ({ note }) => note,
    });

    expect(
      [1, 2, 3].map((version) => three.up('note/1', [v1, v2, { words: 4, note: v2 }][version - 1], version)),
    ).toEqual(Array.from({ length: 3 }, () => ({ words: 4, note: v2 })));
    expect([1, 2, 3].map((version) => three.down({ words: 4, note: v2 }, version))).toEqual([
      v1,
      v2,
      { words: 4, note: v2 },
    ]);
  });

  it.each([
    ['down', 'downcaster'],
    ['up', 'upcaster'],
    ['schema', 'schema'],
  ])('is refused without its %s, and says which version lacks it and why it is needed', (part, word) => {
    const version = { schema: z.looseObject({}), up: () => v2, down: () => v1 };

    const build = () => oldNotes.next({ ...version, [part]: undefined });

    expect(build).toThrow(SchemaHistoryError);
    expect(build).toThrow(`version 2 of note has no ${part}; expected`);
    expect(build).toThrow(word);
    expect(build).toThrow('code that reads version 1 only is still served');
  });

  it('keeps what its schema does not name', () => {
    expect(SchemaHistory.of('note', z.looseObject({})).up('note/1', { text: 'a', edits: 1 }, 1)).toEqual({
      text: 'a',
      edits: 1,
    });
  });

  it('names the field of a state that does not fit, and never its value', () => {
    const read = () => notes.up('note/1', { first: 'buy', edits: 'a secret' }, 2);

    expect(read).toThrow(UnreadableStateError);
    expect(read).toThrow('what is stored of note/1 does not fit schema version 2: state.rest: expected string');
    expect(read).not.toThrow(/a secret/);
  });
});

describe('the schema of a deployed function', () => {
  it.each(schemaPhases)('in the phase %s reads and writes what the phase says', (phase) => {
    const schema = notesIn(phase);
    const written = schema.write(v2);

    expect(written).toEqual(phase === 'expand' ? { state: v1 } : { state: v2, schemaVersion: 2 });
    expect(schema.read('note/1', written)).toEqual(v2);
    if (phase !== 'contract') expect(schema.read('note/1', { state: v1 })).toEqual(v2);
  });

  it('never writes an older version than is stored', () => {
    expect(notesIn('expand').write(v2, 2)).toEqual({ state: v2, schemaVersion: 2 });
  });

  it('refuses to read a version that it does not know, newer or given up', () => {
    const newer = () => oldNotesOnly().read('note/1', { state: v2, schemaVersion: 2 });
    const givenUp = () => notesIn('contract').read('note/1', { state: v1 });

    expect(newer).toThrow(UnknownSchemaVersionError);
    expect(newer).toThrow('entity note/1 is stored in schema version 2; expected one of 1');
    expect(givenUp).toThrow('entity note/1 is stored in schema version 1; expected one of 2');
  });

  it('is refused when it is to use a version that the code does not have', () => {
    expect(() => new EntitySchema(oldNotes, schemaUseIn('expand', 2))).toThrow(
      'note is to be used in version 2; expected versions 1 to 1',
    );
  });

  it('must read what it writes', () => {
    expect(z.safeParse(schemaUse, { reads: [1], writes: 2 }).success).toBe(false);
    for (const phase of schemaPhases) expect(z.safeParse(schemaUse, schemaUseIn(phase, 2)).success).toBe(true);
  });
});
