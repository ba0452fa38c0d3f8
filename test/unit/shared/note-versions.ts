import * as z from 'zod/mini';
import { EntitySchema } from '../../../lambdas/shared/entity-schema';
import { SchemaHistory } from '../../../lambdas/shared/schema-history';
import { type SchemaPhase, schemaUseIn } from '../../../lambdas/shared/schema-phase.contract';

/** A note as version 1 stores it. */
export interface NoteV1 {
  readonly text: string;
  readonly edits: number;
}

/** A note as version 2 stores it: the first word apart. */
export interface Note {
  readonly first: string;
  readonly rest: string;
  readonly edits: number;
}

/** A note of either version, as its reader sees it. */
export const textOf = (note: NoteV1 | Note): string =>
  'text' in note ? note.text : note.rest === '' ? note.first : `${note.first} ${note.rest}`;

/** A new version 2 of a text. Texts begin with a word and have one space between words. */
export const noteOf = (text: string, edits: number): Note => {
  const [first = '', ...rest] = text.split(' ');
  return { first, rest: rest.join(' '), edits };
};

const noteV1 = z.looseObject({ text: z.string() });

/** What code knew that was written before version 2. */
export const oldNotes = SchemaHistory.of<NoteV1>('note', noteV1);

/** What code knows today. */
export const notes = oldNotes.next<Note>({
  schema: z.looseObject({ first: z.string(), rest: z.string() }),
  up: ({ text, edits }) => noteOf(text, edits),
  down: (note) => ({ text: textOf(note), edits: note.edits }),
});

/** How today's code is deployed in a phase. */
export const notesIn = (phase: SchemaPhase): EntitySchema<Note> => new EntitySchema(notes, schemaUseIn(phase, 2));

/** How the code before it was deployed. */
export const oldNotesOnly = (): EntitySchema<NoteV1> => new EntitySchema(oldNotes, { reads: [1], writes: 1 });
