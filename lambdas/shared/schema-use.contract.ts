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
