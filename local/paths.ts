import { join } from 'node:path';
import { projectRoot } from '../lib/build/bundle-paths';

export { projectRoot };

/** Everything that the local cloud writes. `npm run destroy` deletes it. */
export const tenfoldDirectory = join(projectRoot, '.tenfold');

/** Standard output and error of everything that is started, one file a program. */
export const logDirectory = join(tenfoldDirectory, 'log');

/** Working directory of the programs that must not read the project's cdk.json. */
export const scratchDirectory = join(tenfoldDirectory, 'tmp');

/** The synthesized stacks, as they are deployed. */
export const assemblyDirectory = join(tenfoldDirectory, 'cdk.out');
