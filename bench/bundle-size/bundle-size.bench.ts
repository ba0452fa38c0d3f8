import { join } from 'node:path';
import { bundleAsNodejsFunction } from '../anchors/nodejs-function-bundles';
import type { Benchmark } from '../harness/benchmark';
import { entryPoints } from '../harness/entry-points';
import { atMost, type Measurement, ratio, reading } from '../harness/measurement';
import { ownBundles } from '../harness/own-bundles';
import { scratchFolder } from '../harness/scratch-folder';
import { median } from '../harness/summary';

/**
 * Bytes of the handlers of aws-samples/serverless-typescript-demo (commit fea6d93: 638–639 KB each), built by its own
 * settings: NodejsFunction, minified, AWS SDK and Powertools inside.
 */
const SERVERLESS_TYPESCRIPT_DEMO_BYTES = 638_000;

const kilobytes = (bytes: number): number => bytes / 1000;

const largest = <Bundle extends { readonly bytes: number }>(bundles: readonly (readonly [string, Bundle])[]) =>
  bundles.reduce<readonly [string, Bundle] | undefined>(
    (most, one) => (most === undefined || one[1].bytes > most[1].bytes ? one : most),
    undefined,
  );

/** P1: what has to be loaded at a cold start. */
export const bundleSize: Benchmark = {
  name: 'bundle-size',
  compares:
    'bytes of every function as deployed with the same functions bundled by NodejsFunction, and with aws-samples/serverless-typescript-demo',
  run: async ({ progress }) => {
    await using scratch = await scratchFolder();
    const entries = await entryPoints();
    progress.phase(`bundling ${entries.length} functions in four ways`);
    const own = [...(await ownBundles(entries, join(scratch.path, 'own')))];
    const anchor = async (bundleAwsSdk: boolean, minify: boolean): Promise<number[]> => {
      const target = join(scratch.path, `${bundleAwsSdk ? 'sdk' : 'no-sdk'}-${minify ? 'min' : 'plain'}`);
      const sizes = await bundleAsNodejsFunction(entries, target, { bundleAwsSdk, minify });
      return [...sizes.values()].map(kilobytes);
    };
    const [defaults, withSdk, minified] = [
      await anchor(false, false),
      await anchor(true, false),
      await anchor(true, true),
    ];
    progress.end();

    const ours = own.map(([, { bytes }]) => kilobytes(bytes));
    const withoutClient = own.filter(([, { hasSdkClient }]) => !hasSdkClient);
    const biggest = largest(own);
    const biggestWithout = largest(withoutClient);
    const demo = [kilobytes(SERVERLESS_TYPESCRIPT_DEMO_BYTES)];
    const measurements: Measurement[] = [
      reading('median bundle', median(ours), 'KB', atMost(255)),
      reading(`largest bundle (${biggest?.[0] ?? 'none'})`, kilobytes(biggest?.[1].bytes ?? 0), 'KB', atMost(400)),
      ratio('median against serverless-typescript-demo', { ours, anchor: demo, unit: 'KB' }, atMost(0.4)),
      ratio('… NodejsFunction, minify, bundleAwsSDK', { ours, anchor: minified, unit: 'KB' }),
      ratio('… NodejsFunction, bundleAwsSDK', { ours, anchor: withSdk, unit: 'KB' }),
      ratio('… NodejsFunction, its defaults (no SDK in it)', { ours, anchor: defaults, unit: 'KB' }),
      ...(biggestWithout === undefined
        ? []
        : [
            reading(
              `largest without an SDK client (${biggestWithout[0]})`,
              kilobytes(biggestWithout[1].bytes),
              'KB',
              atMost(60),
            ),
          ]),
    ];
    const byContents = own.toSorted(([, one], [, other]) => other.bytes - one.bytes);
    return {
      measurements,
      notes: [
        `${own.length} functions, ${withoutClient.length} of them without an SDK client; 1 KB = 1000 bytes`,
        'the defaults of NodejsFunction neither minify nor bundle the AWS SDK, which each cold start then loads from the runtime',
        'the demo is a constant: 638 KB a handler at commit fea6d93, built by its own settings',
        `bundles, largest first: ${byContents.map(([name, { bytes }]) => `${name} ${Math.round(kilobytes(bytes))}`).join(', ')} KB`,
      ],
    };
  },
};
