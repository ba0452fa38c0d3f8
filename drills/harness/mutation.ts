/** One edit of the system's own source: how a protection is taken out of a build that only a drill deploys. */
export interface Mutation {
  /** Path from the project's root. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly find: string;
  readonly replacement: string;
}

/** The source has moved on, and the mutation no longer says what to take away. */
export class MutationError extends Error {
  override readonly name = 'MutationError';
}

/**
 * Applies a mutation to the text of its file.
 * @throws MutationError when the text to replace is missing, or occurs more than once
 */
export const mutate = (source: string, { file, find, replacement }: Mutation): string => {
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new MutationError(
      `expected the text once in ${file}, found it ${parts.length - 1} times; bring the drill's mutation up to date: ${find}`,
    );
  return parts.join(replacement);
};
