import type { SchemaUse } from './schema-use.contract';

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
