import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { projectRoot } from '../../lib/build/bundle-paths';
import type { EntryPoint } from '../harness/entry-points';

/** What a user of `NodejsFunction` may choose without touching esbuild's options. */
export interface NodejsFunctionChoices {
  /** `bundleAwsSDK`. @default false: the runtime's SDK is used */
  readonly bundleAwsSdk: boolean;
  /** @default false */
  readonly minify: boolean;
}

/** The construct's own defaults. */
export const nodejsFunctionDefaults: NodejsFunctionChoices = { bundleAwsSdk: false, minify: false };

/**
 * What `NodejsFunction` of aws-cdk-lib 2.276 gives esbuild for `Runtime.NODEJS_24_X` (aws-lambda-nodejs/lib/bundling.ts,
 * buildEsbuildArgs; with the feature flag sdkV3ExcludeSmithyPackages). The unit test compares its bytes with those of the
 * construct itself.
 */
export const nodejsFunctionOptions = ({ bundleAwsSdk, minify }: NodejsFunctionChoices): BuildOptions => ({
  bundle: true,
  target: 'node24',
  platform: 'node',
  minify,
  external: bundleAwsSdk ? [] : ['@aws-sdk/*', '@smithy/*'],
});

/** Bundles functions as `NodejsFunction` would; answers the bytes of each. */
export const bundleAsNodejsFunction = async (
  entries: readonly EntryPoint[],
  target: string,
  choices: NodejsFunctionChoices,
): Promise<Map<string, number>> => {
  const { metafile } = await build({
    ...nodejsFunctionOptions(choices),
    entryPoints: Object.fromEntries(entries.map(({ name, file }) => [join(name, 'index'), file])),
    outdir: target,
    absWorkingDir: projectRoot,
    metafile: true,
    logLevel: 'silent',
  });
  const sizes = Object.entries(metafile.outputs).map(([path, { bytes }]) => [join(projectRoot, path), bytes] as const);
  const bytesOf = new Map(sizes);
  return new Map(entries.map(({ name }) => [name, bytesOf.get(join(target, name, 'index.js')) ?? Number.NaN]));
};
