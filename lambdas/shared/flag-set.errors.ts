/** A configuration is no set of flags that this code can read. The message names each field, and what was expected. */
export class FlagSetError extends Error {
  override readonly name = 'FlagSetError';
}
