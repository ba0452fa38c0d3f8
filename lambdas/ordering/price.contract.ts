import * as z from 'zod/mini';

/** Key of a SKU's price in ordering's table; the sort key is `ENTITY`. */
export const pricePartitionKey = (sku: string): string => `price/${sku}`;

/** The catalogue as ordering knows it: one item a SKU, `pk` = `price/<sku>`, `sk` = `ENTITY`. */
export const priceItem = z.object({
  pk: z.string(),
  sk: z.literal('ENTITY'),
  sku: z.string().check(z.regex(/^[A-Z0-9-]{3,32}$/)),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  /** Price of one piece in minor units of `currency`. */
  unitPriceMinor: z.int().check(z.minimum(0)),
});
/** One price as it is stored. */
export type PriceItem = z.infer<typeof priceItem>;
