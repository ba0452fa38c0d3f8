import { join } from 'node:path';
import { bundleAsNodejsFunction, nodejsFunctionDefaults } from '../anchors/nodejs-function-bundles';
import type { Benchmark } from '../harness/benchmark';
import { type EntryPoint, entryPoints } from '../harness/entry-points';
import { exampleEnvironment } from '../harness/example-environment';
import { inTurns } from '../harness/in-turns';
import { atMost, ratio } from '../harness/measurement';
import { ownBundles } from '../harness/own-bundles';
import { scratchFolder } from '../harness/scratch-folder';
import { median } from '../harness/summary';
import { type LoadTime, loadTime } from './load-time';

const ROUNDS = 15;
const FUNCTIONS = 8;

type Way = 'own' | 'defaults' | 'minified';

/** What the runtime sets; a client made at cold start looks for all of it. */
const runtime = {
  AWS_REGION: 'sa-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SESSION_TOKEN: 'test',
  AWS_LAMBDA_FUNCTION_NAME: 'example',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
};

/** Evenly spread over a list, its first and last among them. */
const spread = <T>(list: readonly T[], count: number): T[] => {
  if (list.length <= count) return [...list];
  const picked = Array.from({ length: count }, (_, at) => list[Math.round((at * (list.length - 1)) / (count - 1))]);
  return picked.filter((one) => one !== undefined);
};

/** P2: what a cold start waits for before it can see its first message. */
export const moduleLoad: Benchmark = {
  name: 'module-load',
  compares:
    'time to load a function in a fresh Node 24 process: as deployed, and bundled by NodejsFunction (defaults; minified with the AWS SDK inside)',
  run: async ({ progress }) => {
    await using scratch = await scratchFolder();
    const entries = await entryPoints();
    const folder = (way: Way): string => join(scratch.path, way);
    progress.phase(`bundling ${entries.length} functions in three ways`);
    const sizes = await ownBundles(entries, folder('own'));
    await bundleAsNodejsFunction(entries, folder('defaults'), nodejsFunctionDefaults);
    await bundleAsNodejsFunction(entries, folder('minified'), { bundleAwsSdk: true, minify: true });

    const bySize = entries.toSorted(
      (one, other) => (sizes.get(one.name)?.bytes ?? 0) - (sizes.get(other.name)?.bytes ?? 0),
    );
    const chosen = spread(bySize, FUNCTIONS);
    const load = async ({ name }: EntryPoint) => {
      const environment = { PATH: process.env['PATH'] ?? '', ...runtime, ...(await exampleEnvironment(name)) };
      return (way: Way) => () => loadTime(join(folder(way), name, 'index.js'), environment);
    };
    const readings: { readonly name: string; readonly of: { readonly [Key in Way]: LoadTime[] } }[] = [];
    for (const entry of chosen) {
      progress.phase(`loading ${entry.name}`);
      const by = await load(entry);
      // The first load of a file reads the disk, on AWS it is the image that does; neither is what is compared.
      await Promise.all([by('own')(), by('defaults')(), by('minified')()]);
      const contestants = { own: by('own'), defaults: by('defaults'), minified: by('minified') };
      readings.push({ name: entry.name, of: await inTurns<Way, LoadTime>(ROUNDS, contestants) });
    }
    progress.end();

    const all = (way: Way, kind: keyof LoadTime): number[] =>
      readings.flatMap(({ of }) => of[way].map((one) => one[kind]));
    const against = (way: Way, kind: keyof LoadTime) => ({
      ours: all('own', kind),
      anchor: all(way, kind),
      unit: 'ms',
    });
    const perFunction = readings.map(({ name, of }) => {
      const of1 = (way: Way): number => median(of[way].map(({ wall }) => wall));
      return { name, ours: of1('own'), defaults: of1('defaults'), minified: of1('minified') };
    });
    return {
      measurements: [
        ratio('module load against NodejsFunction, its defaults', against('defaults', 'wall'), atMost(0.55)),
        ratio('… CPU time', against('defaults', 'cpu')),
        ratio('module load against NodejsFunction, minify, bundleAwsSDK', against('minified', 'wall')),
        ratio('… CPU time', against('minified', 'cpu')),
      ],
      notes: [
        `${chosen.length} of ${entries.length} functions, from the smallest bundle to the largest; ${ROUNDS} processes for each function and way, in turns`,
        ...perFunction.map(
          ({ name, ours, defaults, minified }) =>
            `${name}: ${ours.toFixed(1)} ms; ${(ours / defaults).toFixed(2)}× of the defaults, ${(ours / minified).toFixed(2)}× of minified with SDK`,
        ),
        'by default the AWS SDK is loaded from the runtime; here it comes from node_modules',
      ],
    };
  },
};
