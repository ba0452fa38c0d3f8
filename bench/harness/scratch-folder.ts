import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../lib/build/bundle-paths';

/** A folder that is gone when its scope ends (`await using`). Packages resolve in it as they do in the project. */
export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes an empty folder outside the project, with the project's `node_modules` linked into it. */
export const scratchFolder = async (): Promise<ScratchFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'tenfold-bench-'));
  await symlink(join(projectRoot, 'node_modules'), join(path, 'node_modules'), 'dir');
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
};
