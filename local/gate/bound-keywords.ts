/** Whether a number is within a bound; what is no number is not. */
type Within = (value: unknown, bound: unknown) => boolean;

const atMost: Within = (value, bound) => typeof value === 'number' && typeof bound === 'number' && value <= bound;
const atLeast: Within = (value, bound) => typeof value === 'number' && typeof bound === 'number' && value >= bound;

/** Keywords of a schema that bound a number, or how many there are of something. */
export const boundKeywords: { readonly [keyword: string]: Within } = {
  maximum: atMost,
  maxItems: atMost,
  maxLength: atMost,
  maxProperties: atMost,
  minimum: atLeast,
  minItems: atLeast,
  minLength: atLeast,
  minProperties: atLeast,
};
