import * as z from 'zod/mini';

/** Partition of a subject, in the table of subjects' keys. */
export const subjectPartition = (subject: string): string => `subject/${subject}`;

/** Key of the item that holds a region's data key of a subject. */
export const subjectKeyKey = (subject: string, region: string) => ({
  pk: subjectPartition(subject),
  sk: `KEY#${region}`,
});

/** Key of the item that says that a subject was erased: no key is made beside it. */
export const erasedKey = (subject: string) => ({ pk: subjectPartition(subject), sk: 'ERASED' });

/** A region's data key of a subject, as it is stored. */
export const subjectKeyItem = z.object({
  sk: z.string().check(z.regex(/^KEY#[a-z0-9-]+$/)),
  /** Wrapped by the stage's key for subjects. */
  wrappedKey: z.custom<Uint8Array>((value) => ArrayBuffer.isView(value), 'bytes'),
  /** RFC 3339, UTC. */
  madeAt: z.iso.datetime(),
});

/** The region whose key an item holds; `undefined` for an item that holds none. */
export const keyRegionOf = (sk: unknown): string | undefined =>
  typeof sk === 'string' && sk.startsWith('KEY#') ? sk.slice('KEY#'.length) : undefined;
