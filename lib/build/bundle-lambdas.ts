import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type BuildFailure, type BuildOptions, build, type Metafile } from 'esbuild';
import { bundleDirectory, faultyBundleDirectory, projectRoot } from './bundle-paths';
import { leanSdk } from './lean-sdk';

/** Where the entry points are and where the bundles go. */
export interface BundleLambdasOptions {
  /** Folder with `<context>/<verb-noun>.lambda.ts` files. @default the project's `lambdas/` */
  readonly source?: string;
  /** Folder that is made to hold the bundles and nothing else. @default `dist/lambdas` */
  readonly target?: string;
  /** Folder that is made to hold the bundles with fault injection. @default `dist/lambdas-faulty` */
  readonly faultyTarget?: string;
}

/** A function could not be bundled; the message says which import is at fault and what can be done about it. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

const platform = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  // CommonJS output of the packages' ES modules: smaller than their CommonJS builds, and loads faster than ES output.
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  plugins: [leanSdk],
  absWorkingDir: projectRoot,
  logLevel: 'silent',
} satisfies BuildOptions;

const isBuildFailure = (error: Error): error is BuildFailure => 'errors' in error && Array.isArray(error.errors);

const explain = (error: unknown): Error => {
  if (!(error instanceof Error)) return new BundleError(String(error));
  if (!isBuildFailure(error)) return error;
  const lines = error.errors.map(
    ({ text, location }) => `  ${location ? `${location.file}:${location.line}: ` : ''}${text}`,
  );
  const hint = lines.some((line) => line.includes('lib/build/shims'))
    ? '\n  A bundled package needs a part of the AWS SDK that lib/build/shims replaces; read the shim, and take it out of lib/build/lean-sdk.ts if it is wrong now.'
    : '';
  return new BundleError(`cannot bundle the functions:\n${lines.join('\n')}${hint}`, { cause: error });
};

const entryPoints = async (source: string): Promise<Readonly<Record<string, string>>> => {
  const files: string[] = [];
  for await (const file of glob('**/*.lambda.ts', { cwd: source })) files.push(file);
  const entries: Record<string, string> = {};
  // Sorted, so that two runs over the same sources give the same bytes whatever order the file system lists them in.
  for (const file of files.sort()) entries[`${file.replace(/\.lambda\.ts$/, '')}/index`] = join(source, file);
  return entries;
};

type Files = ReadonlyMap<string, Uint8Array>;

const isCurrent = async (file: string, bytes: Uint8Array): Promise<boolean> => {
  const present = await readFile(file).catch(() => undefined);
  return present?.equals(bytes) ?? false;
};

/** Makes the folder hold exactly these files. What is current stays untouched: a synthesis that runs meanwhile never misses a file. */
const replaceFiles = async (folder: string, files: Files): Promise<void> => {
  for (const [name, bytes] of files) {
    const file = join(folder, name);
    if (await isCurrent(file, bytes)) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  for await (const name of glob('**/*.{js,json}', { cwd: folder })) {
    if (!files.has(name)) await rm(join(folder, name));
  }
};

const bundle = async (options: BuildOptions & { readonly outdir: string }) => {
  const { outdir } = options;
  try {
    const result = await build({ ...platform, ...options, metafile: true, write: false });
    const files: Files = new Map(result.outputFiles.map(({ path, contents }) => [relative(outdir, path), contents]));
    return { metafile: result.metafile, files };
  } catch (error) {
    throw explain(error);
  }
};

const withFaults = async (files: Files, outdir: string): Promise<Files> => {
  const entryPoints = { faulty: join(__dirname, 'fault-injection', 'faulty.ts') };
  const wrapper = await bundle({ entryPoints, outdir, external: ['./index.js'] });
  const beside = [...files.keys()].flatMap((name) =>
    [...wrapper.files].map(([file, bytes]) => [join(dirname(name), file), bytes] as const),
  );
  return new Map([...files, ...beside]);
};

/**
 * Bundles every `*.lambda.ts` of the project in one esbuild run, for all stacks, stages and regions.
 * @returns esbuild's metafile: what is in each bundle, and how many bytes it has
 * @throws BundleError when a source does not compile, or needs a part of the SDK that a shim replaces
 */
export const bundleLambdas = async (options: BundleLambdasOptions = {}): Promise<Metafile> => {
  const source = options.source ?? join(projectRoot, 'lambdas');
  const outdir = options.target ?? bundleDirectory;
  const { metafile, files } = await bundle({ entryPoints: await entryPoints(source), outdir });
  const meta = new TextEncoder().encode(JSON.stringify(metafile));
  await replaceFiles(outdir, new Map([...files, ['meta.json', meta]]));
  await replaceFiles(options.faultyTarget ?? faultyBundleDirectory, await withFaults(files, outdir));
  return metafile;
};
