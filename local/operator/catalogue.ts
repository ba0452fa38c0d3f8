import { z } from 'zod';

/** One article as a catalogue file lists it. */
export const article = z.strictObject({
  sku: z.string().regex(/^[A-Z0-9-]{3,32}$/),
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** Price of one piece in minor units of the currency. */
  unitPriceMinor: z.int().min(0),
  /** Pieces in the warehouse when the article is new there. */
  stock: z.int().min(0),
});
export type Article = z.output<typeof article>;

/** A catalogue file is not what it has to be; the message names each field at fault. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
}

const catalogue = z.array(article).superRefine((articles, context) => {
  const seen = new Set<string>();
  for (const [index, { sku }] of articles.entries()) {
    if (seen.has(sku)) context.addIssue({ code: 'custom', path: [index, 'sku'], message: `${sku} is listed twice` });
    seen.add(sku);
  }
});

/**
 * Reads the text of a catalogue file: a JSON array of articles.
 * @throws CatalogueError naming each field, and what was expected of it
 */
export const parseCatalogue = (text: string, origin: string): readonly Article[] => {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new CatalogueError(`${origin} is no JSON`, { cause: error });
  }
  const parsed = catalogue.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || '(the whole)'}: ${message}`);
  throw new CatalogueError(`${origin} is no catalogue:\n${faults.join('\n')}`);
};
