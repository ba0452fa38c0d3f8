import { glob } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { projectRoot } from '../../lib/build/bundle-paths';

/** A function of the store, `<context>/<verb-noun>`, and the file it is composed in. */
export interface EntryPoint {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
}

/** All functions, in the order of their names. */
export const entryPoints = async (): Promise<EntryPoint[]> => {
  const source = join(projectRoot, 'lambdas');
  const files: string[] = [];
  for await (const file of glob('**/*.lambda.ts', { cwd: source })) files.push(file);
  const nameOf = (file: string): string =>
    file
      .replace(/\.lambda\.ts$/, '')
      .split(sep)
      .join('/');
  return files.sort().map((file) => ({ name: nameOf(file), file: join(source, file) }));
};
