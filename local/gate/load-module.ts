import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { projectRoot } from '../paths';
import { reasonOf } from './reason';
import { type Known, known, notKnown } from './release';

/**
 * Runs a file of some revision and gives what it exports: the same way for the candidate and for what is served, each with its own code and both
 * with the packages that are installed here.
 * @param root folder that the revision lies in
 */
export const loadModule = async (root: string, file: string): Promise<Known<object>> => {
  const entry = join(root, file);
  if (!existsSync(entry)) return notKnown(`there is no ${file}`);
  try {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      packages: 'external',
      logLevel: 'silent',
    });
    const module: { exports: object } = { exports: {} };
    const wrapped = ['module', 'exports', 'require', '__dirname', '__filename'];
    const compiled = compileFunction(outputFiles[0]?.text ?? '', wrapped, { filename: entry });
    const run = compiled as (...given: readonly unknown[]) => unknown;
    run(module, module.exports, createRequire(join(projectRoot, 'package.json')), dirname(entry), entry);
    return known(module.exports);
  } catch (error) {
    return notKnown(`${file} cannot be loaded: ${reasonOf(error)}`);
  }
};
