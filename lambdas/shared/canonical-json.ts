/** A value has no canonical JSON. */
export class CanonicalJsonError extends Error {
  override readonly name = 'CanonicalJsonError';
}

/**
 * The one text of a value: keys sorted by their UTF-16 code units, no white space, numbers and strings as JavaScript writes them
 * (RFC 8785, https://www.rfc-editor.org/rfc/rfc8785). Fields that are `undefined` are left out, as `JSON.stringify` does.
 * @throws CanonicalJsonError a number that is not finite, text with half a character, or what is no JSON at all
 */
export const canonicalJson = (value: unknown): string => {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new CanonicalJsonError(`number is ${value}, expected a finite one`);
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed())
      throw new CanonicalJsonError('text has half a surrogate pair, expected whole characters');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new CanonicalJsonError(`value is a ${typeof value}, expected JSON`);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, field]) => `${canonicalJson(key)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
};
