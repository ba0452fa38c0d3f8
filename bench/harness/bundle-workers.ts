import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../../lib/build/bundle-paths';

/**
 * Bundles programs that are measured in processes of their own, with the settings of the store's functions.
 * @param files absolute paths of `<name>.worker.ts`
 * @returns path of each program's bundle by its name
 */
export const bundleWorkers = async (files: readonly string[], target: string): Promise<Map<string, string>> => {
  const named = files.map((file) => [basename(file, '.worker.ts'), file] as const);
  await build({
    entryPoints: Object.fromEntries(named),
    outdir: target,
    absWorkingDir: projectRoot,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  return new Map(named.map(([name]) => [name, join(target, `${name}.js`)]));
};
