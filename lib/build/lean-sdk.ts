import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { projectRoot } from './bundle-paths';
import { leanSchemas } from './lean-schemas';

/** A shim takes the place of a file that the SDK no longer has. */
export class MovedSdkFileError extends Error {
  override readonly name = 'MovedSdkFileError';
}

const shim = (name: string) => join(__dirname, 'shims', `${name}.ts`);

/** Packages of the SDK that no function here can reach, and the shims that say why that is safe. */
const packages = {
  '@aws-sdk/credential-provider-node': shim('credential-provider-node'),
  '@smithy/core/event-streams': shim('event-streams'),
  '@aws-sdk/middleware-endpoint-discovery': shim('middleware-endpoint-discovery'),
};

/** The same for single files of `@smithy/core`, which its packages' exports do not name. */
const files = {
  'checksum/sha256/Sha256Js.js': shim('fallback-hash'),
  'checksum/md5/Md5Js.js': shim('fallback-hash'),
  'config/node-config-provider/fromSharedConfigFiles.js': shim('shared-config-files'),
  'config/defaults-mode/resolveDefaultsModeConfig.js': shim('defaults-mode'),
  'retry/util-retry/AdaptiveRetryStrategy.js': shim('adaptive-retry-strategy'),
};

const submodules = join(projectRoot, 'node_modules', '@smithy', 'core', 'dist-es', 'submodules');

const pattern = (text: string) => text.replaceAll(/[.\\/]/g, (character) => (character === '.' ? '\\.' : '[\\\\/]'));

/**
 * Leaves out of bundles what functions on Lambda cannot reach of the AWS SDK: 376 KB become about 220 KB for a DynamoDB function
 * (esbuild 0.28, SDK 3.1162). It also shortens package.json, which each client bundles whole for the version in its user agent.
 * @throws MovedSdkFileError when an update of the SDK has moved a file that a shim replaces
 */
export const leanSdk: Plugin = {
  name: 'lean-sdk',
  setup: (build) => {
    build.initialOptions.alias = { ...build.initialOptions.alias, ...packages };
    for (const [file, replacement] of Object.entries(files)) {
      if (!existsSync(join(submodules, file))) {
        throw new MovedSdkFileError(`expected @smithy/core to have ${file}, which ${replacement} replaces`);
      }
      const contents = `export * from ${JSON.stringify(replacement)};`;
      const filter = new RegExp(`@smithy[\\\\/]core[\\\\/]dist-es[\\\\/]submodules[\\\\/]${pattern(file)}$`);
      build.onLoad({ filter }, () => ({ contents, loader: 'js', resolveDir: projectRoot }));
    }
    build.onLoad(
      { filter: /@aws-sdk[\\/]client-[a-z-]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ },
      async ({ path }) => ({
        contents: leanSchemas(await readFile(path, 'utf8')),
        loader: 'js',
      }),
    );
    build.onLoad({ filter: /@aws-sdk[\\/]client-[a-z-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};
