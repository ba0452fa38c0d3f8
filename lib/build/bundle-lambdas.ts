import { cp, glob, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type BuildFailure, type BuildOptions, build, type Metafile } from 'esbuild';
import { bundleDirectory, faultyBundleDirectory, projectRoot } from './bundle-paths';

/** Where the entry points are and where the bundles go. */
export interface BundleLambdasOptions {
  /** Folder with `<context>/<verb-noun>.lambda.ts` files. @default the project's `lambdas/` */
  readonly source?: string;
  /** Folder that is replaced by the bundles. @default `dist/lambdas` */
  readonly target?: string;
  /** Folder that is replaced by the bundles with fault injection. @default `dist/lambdas-faulty` */
  readonly faultyTarget?: string;
}

/** A function could not be bundled; the message says which import is at fault and what can be done about it. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

const shim = (name: string) => join(__dirname, 'shims', `${name}.ts`);

/**
 * Parts of the AWS SDK that no function here can reach, replaced by shims that say why that is safe.
 * Together they take a DynamoDB function from about 376 KB to 229 KB (esbuild 0.28, SDK 3.1162).
 */
const shims = {
  '@aws-sdk/credential-provider-node': shim('credential-provider-node'),
  '@smithy/core/event-streams': shim('event-streams'),
  '@aws-sdk/middleware-endpoint-discovery': shim('middleware-endpoint-discovery'),
};

const platform = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  // CommonJS output of the packages' ES modules: smaller than their CommonJS builds, and loads faster than ES output.
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  absWorkingDir: projectRoot,
  logLevel: 'silent',
} satisfies BuildOptions;

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors);

const explain = (error: unknown): unknown => {
  if (!isBuildFailure(error)) return error;
  const lines = error.errors.map(
    ({ text, location }) => `  ${location ? `${location.file}:${location.line}: ` : ''}${text}`,
  );
  const hint = lines.some((line) => line.includes('lib/build/shims'))
    ? '\n  A bundled package needs a part of the AWS SDK that lib/build/shims replaces; read the shim, and take it out of the aliases if it is wrong now.'
    : '';
  return new BundleError(`cannot bundle the functions:\n${lines.join('\n')}${hint}`, { cause: error });
};

const entryPoints = async (source: string): Promise<Record<string, string>> => {
  const files: string[] = [];
  for await (const file of glob('**/*.lambda.ts', { cwd: source })) files.push(file);
  // Sorted, so that two runs over the same sources give the same bytes whatever order the file system lists them in.
  const named = files.sort().map((file) => [
    join(file.replace(/\.lambda\.ts$/, ''), 'index')
      .split(sep)
      .join('/'),
    join(source, file),
  ]);
  return Object.fromEntries(named);
};

const write = async (target: string, entries: Record<string, string>): Promise<Metafile> => {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const options = { ...platform, entryPoints: entries, outdir: target, alias: shims, metafile: true } as const;
  const { metafile } = await build(options).catch((error: unknown) => Promise.reject(explain(error)));
  await writeFile(join(target, 'meta.json'), JSON.stringify(metafile));
  return metafile;
};

const writeFaulty = async (target: string, source: string, entries: Record<string, string>): Promise<void> => {
  await rm(target, { recursive: true, force: true });
  await cp(source, target, { recursive: true, filter: (file) => relative(source, file) !== 'meta.json' });
  const wrapper = join(target, 'faulty.js');
  const entry = join(__dirname, 'fault-injection', 'faulty.ts');
  await build({ ...platform, entryPoints: [entry], outfile: wrapper, external: ['./index.js'] });
  const folders = Object.keys(entries).map((name) => join(target, name, '..'));
  await Promise.all(folders.map((folder) => cp(wrapper, join(folder, 'faulty.js'))));
  await rm(wrapper);
};

/**
 * Bundles every `*.lambda.ts` of the project in one esbuild run, for all stacks, stages and regions.
 * @returns esbuild's metafile: what is in each bundle, and how many bytes it has
 * @throws BundleError when a source does not compile, or needs a part of the SDK that a shim replaces
 */
export const bundleLambdas = async (options: BundleLambdasOptions = {}): Promise<Metafile> => {
  const source = options.source ?? join(projectRoot, 'lambdas');
  const target = options.target ?? bundleDirectory;
  const entries = await entryPoints(source);
  const metafile = await write(target, entries);
  await writeFaulty(options.faultyTarget ?? faultyBundleDirectory, target, entries);
  return metafile;
};
