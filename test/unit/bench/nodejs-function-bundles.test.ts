import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { bundleAsNodejsFunction, nodejsFunctionDefaults } from '../../../bench/anchors/nodejs-function-bundles';
import { entryPoints } from '../../../bench/harness/entry-points';
import { projectRoot } from '../../../lib/build/bundle-paths';

const context = { '@aws-cdk/aws-lambda-nodejs:sdkV3ExcludeSmithyPackages': true };

describe('the anchor of the bundle benchmarks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-anchor-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['its defaults', nodejsFunctionDefaults],
    ['minify and bundleAwsSDK', { bundleAwsSdk: true, minify: true }],
  ])(
    'has the bytes that NodejsFunction itself makes with %s',
    async (title, choices) => {
      const entry = (await entryPoints()).find(({ name }) => name === 'ordering/read-order');
      if (entry === undefined) throw new Error('expected ordering/read-order among the functions');
      const sizes = await bundleAsNodejsFunction([entry], join(folder, title), choices);

      const outdir = join(folder, `${title}.out`);
      const app = new App({ outdir, context });
      new NodejsFunction(new Stack(app, 'Anchor'), 'ReadOrder', {
        entry: entry.file,
        projectRoot,
        depsLockFilePath: join(projectRoot, 'package-lock.json'),
        runtime: Runtime.NODEJS_24_X,
        bundling: { minify: choices.minify, bundleAwsSDK: choices.bundleAwsSdk },
      });
      app.synth();
      const asset = readdirSync(outdir).find((name) => name.startsWith('asset.')) ?? '';
      expect(sizes.get(entry.name)).toBe(readFileSync(join(outdir, asset, 'index.js')).length);
    },
    60_000,
  );
});
