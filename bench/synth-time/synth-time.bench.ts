import { cp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot } from '../../lib/build/bundle-paths';
import { writeNodejsFunctionApp } from '../anchors/nodejs-function-app';
import type { Benchmark } from '../harness/benchmark';
import { entryPoints } from '../harness/entry-points';
import { inTurns } from '../harness/in-turns';
import { atMost, ratio } from '../harness/measurement';
import { scratchFolder } from '../harness/scratch-folder';
import { type CommandTime, timedCommand } from './timed-command';

const ROUNDS = 2;

/** What building and synthesizing the store reads. */
const sources = ['bin', 'lib', 'lambdas', 'contracts', 'config', 'cdk.json', 'tsconfig.json', 'package.json'];

interface CdkConfiguration {
  readonly app: string;
  readonly build: string;
  readonly context: Readonly<Record<string, unknown>>;
}

const cdkConfiguration = async (): Promise<CdkConfiguration> =>
  JSON.parse(await readFile(join(projectRoot, 'cdk.json'), 'utf8')) as CdkConfiguration;

type Way = 'own' | 'tsNode' | 'tsx';

/** P3: what one waits for after each change of the code. */
export const synthTime: Benchmark = {
  name: 'synth-time',
  compares:
    'bundling and synthesizing the whole store with the same functions alone through NodejsFunction, the app run by ts-node with type check',
  run: async ({ progress }) => {
    await using own = await scratchFolder();
    await using other = await scratchFolder();
    progress.phase('writing an app of NodejsFunction constructs');
    const entries = await entryPoints();
    const { app, build, context } = await cdkConfiguration();
    await Promise.all(
      sources.map((source) => cp(join(projectRoot, source), join(own.path, source), { recursive: true })),
    );
    const program = await writeNodejsFunctionApp(other.path, entries);
    const tsNode = createRequire(__filename).resolve('ts-node/dist/bin.js');

    // The CDK CLI hands over the context and the output folder in this way. Its own start-up is the same for both, and left out.
    const shared = { CDK_CONTEXT_JSON: JSON.stringify(context) };
    const run = (line: string, directory: string) => (way: Way) => (round: number) => {
      progress.update(way === 'own' ? 'the store' : `NodejsFunction, ${way === 'tsNode' ? 'ts-node' : 'tsc && tsx'}`);
      const environment = { ...shared, CDK_OUTDIR: join(directory, `cdk.out-${way}-${round}`) };
      return timedCommand({ line, directory, environment });
    };
    progress.phase(`${ROUNDS} rounds`);
    const readings = await inTurns<Way, CommandTime>(ROUNDS, {
      own: run(`${build} && ${app}`, own.path)('own'),
      tsNode: run(`node '${tsNode}' --prefer-ts-exts '${program}'`, other.path)('tsNode'),
      tsx: run(`npx tsc && npx tsx '${program}'`, other.path)('tsx'),
    });
    progress.end();

    const against = (way: Way, kind: keyof CommandTime) => ({
      ours: readings.own.map((one) => one[kind]),
      anchor: readings[way].map((one) => one[kind]),
      unit: 's',
    });
    return {
      measurements: [
        ratio('build + synth against NodejsFunction + ts-node', against('tsNode', 'wall'), atMost(0.25)),
        ratio('… CPU time', against('tsNode', 'cpu')),
        ratio('build + synth against NodejsFunction + tsc && tsx', against('tsx', 'wall')),
        ratio('… CPU time', against('tsx', 'cpu')),
      ],
      notes: [
        `ours builds ${entries.length} functions (with fault injection beside them) and synthesizes every stack of the local stage; the anchor has the ${entries.length} functions and their roles, and nothing else`,
        'compiler options and `tsc && tsx` are those of `cdk init` of the installed CLI; ts-node was its way before, and type-checks the app on each run',
        'the CDK CLI itself is left out on both sides',
      ],
    };
  },
};
