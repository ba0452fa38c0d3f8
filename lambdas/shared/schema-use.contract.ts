import * as z from 'zod/mini';

const version = z.int().check(z.minimum(1));

/** Which versions of a stored form a deployed function reads, and which one it writes. */
export const schemaUse = z
  .object({ reads: z.array(version).check(z.minLength(1)), writes: version })
  .check(z.refine(({ reads, writes }) => reads.includes(writes), 'a version to write that is read, too'));
/** What a function reads and writes of one kind. */
export type SchemaUse = z.infer<typeof schemaUse>;

/** What a function without a word about a kind reads and writes: it was made before the kind had a second version. */
export const firstVersionOnly: SchemaUse = { reads: [1], writes: 1 };

/**
 * The steps in which a stage changes the stored form of a kind, each of them one deployment (Sato, "ParallelChange", martinfowler.com, 2014).
 * `expand`: reads both forms, writes the one before. `cutover`: reads both, writes the newest; the backfill runs in it.
 * `contract`: the form before is neither read nor written.
 */
export const schemaPhases = ['expand', 'cutover', 'contract'] as const;
/** Where a stage stands in the change of a stored form. */
export type SchemaPhase = (typeof schemaPhases)[number];

/**
 * What functions read and write in a phase.
 * @param newest number of the newest version, at least 2
 */
export const schemaUseIn = (phase: SchemaPhase, newest: number): SchemaUse => {
  const both = [newest - 1, newest];
  switch (phase) {
    case 'expand':
      return { reads: both, writes: newest - 1 };
    case 'cutover':
      return { reads: both, writes: newest };
    case 'contract':
      return { reads: [newest], writes: newest };
  }
};
