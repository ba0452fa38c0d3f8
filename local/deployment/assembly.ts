import { glob, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bundleLambdas } from '../../lib/build/bundle-lambdas';
import type { EmulatorKind } from '../emulator/emulator-kind';
import { gaps } from '../emulator/left-out';
import { assemblyDirectory, logDirectory, projectRoot } from '../paths';
import { runProgram } from '../terminal/run-program';
import { leaveOut, type Template } from './leave-out';
import type { Regions } from './regions-of-stage';

/** What the stacks of the local stage depend on besides the sources. */
export interface AssemblyOptions {
  /** The regions that are deployed. */
  readonly regions: Regions;
  readonly endpoint: string;
  readonly kind: EmulatorKind;
}

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/** What the CDK command line does for `cdk synth`: the app's context, and where it has to write. */
const synthesisEnvironment = async (directory: string, wanted: object): Promise<NodeJS.ProcessEnv> => {
  const { context } = cdkJson.parse(JSON.parse(await readFile(join(projectRoot, 'cdk.json'), 'utf8')));
  return { ...process.env, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...wanted }) };
};

/** Takes what the emulator refuses out of the synthesized templates, in place; answers the logical ids of it. */
const fitToEmulator = async (kind: EmulatorKind): Promise<readonly string[]> => {
  const removed: string[] = [];
  for await (const file of glob('**/*.template.json', { cwd: assemblyDirectory })) {
    const path = join(assemblyDirectory, file);
    const original = JSON.parse(await readFile(path, 'utf8')) as Template;
    const fitted = leaveOut(original, gaps[kind]);
    if (fitted.removed.length === 0) continue;
    removed.push(...fitted.removed);
    await writeFile(path, JSON.stringify(fitted.template));
  }
  return removed;
};

/**
 * Bundles the functions and runs the app as the CDK command line would, minus the seconds that one takes to start.
 * @param context what `-c` would say
 * @throws BundleError a function does not compile
 * @throws LocalCloudError the app does not synthesize
 */
export const synthesizeTo = async (
  directory: string,
  context: { readonly stage: string; readonly [key: string]: unknown },
  note: (line: string) => void,
): Promise<void> => {
  const { outputs } = await bundleLambdas();
  note(`${Object.keys(outputs).length} functions bundled`);
  await rm(directory, { recursive: true, force: true });
  await runProgram({
    purpose: 'synthesizing the stacks',
    command: process.execPath,
    args: ['--import', 'tsx', join('bin', 'tenfold.ts')],
    env: await synthesisEnvironment(directory, context),
    log: join(logDirectory, 'synth.log'),
    fix: `npm run synth -- -c stage=${context.stage} shows the same error`,
  });
};

/**
 * Bundles the functions and synthesizes the stacks of the local stage into `.tenfold/cdk.out`.
 * @throws BundleError a function does not compile
 * @throws LocalCloudError the app does not synthesize
 */
export const synthesize = async (
  { endpoint, kind, regions }: AssemblyOptions,
  note: (line: string) => void,
): Promise<void> => {
  const context = {
    stage: 'local',
    regions: regions.join(','),
    // Where the emulator serves the keys of its user pools.
    identityEndpoint: endpoint,
    ...(kind === 'localstack' && { '@aws-cdk/core:defaultCrossStackReferences': 'strong' }),
  };
  await synthesizeTo(assemblyDirectory, context, note);
  const removed = await fitToEmulator(kind);
  if (removed.length > 0) note(`${removed.length} resources left out that the emulator does not know`);
};
