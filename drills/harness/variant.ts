import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { bundleLambdas } from '../../lib/build/bundle-lambdas';
import { bundleDirectory, faultyBundleDirectory, projectRoot } from '../../lib/build/bundle-paths';
import { LocalCloudError } from '../../local/local.errors';
import { type DeployedSystem, type DrilledFunction, drilledFunctions } from './deployed-system';
import type { Restore } from './drill';
import { goLive, LIVE, liveVersion, MADE_BY_A_DRILL, publishLatest } from './live-alias';
import { type Mutation, mutate } from './mutation';
import { type ZipEntry, zip } from './zip';

/** A build of the system with a protection taken out of its source, and the functions that are to run it. */
export interface Variant {
  readonly name: string;
  readonly mutations: readonly Mutation[];
  readonly functions: readonly DrilledFunction[];
}

const variantsDirectory = join(projectRoot, 'dist', 'variants');

/** What a variant's own build has made: the directory of its bundles, without and with faults that can be injected. */
export interface VariantBundles {
  readonly plain: string;
  readonly faulty: string;
}

/**
 * Bundles a mutated copy of the source; the project's own files and bundles stay as they are.
 * @throws MutationError when the source has moved on
 */
export const bundleVariant = async ({ name, mutations, functions }: Variant): Promise<VariantBundles> => {
  const root = join(variantsDirectory, name);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  const isOtherEntry = (path: string): boolean =>
    path.endsWith('.lambda.ts') && !functions.some((entry) => path.endsWith(join('lambdas', `${entry}.lambda.ts`)));
  const source = join(projectRoot, 'lambdas');
  await cp(source, join(root, 'lambdas'), { recursive: true, filter: (path) => !isOtherEntry(path) });
  await symlink(join(projectRoot, 'contracts'), join(root, 'contracts'));
  for (const mutation of mutations) {
    // The copy's own text: a file may be mutated more than once.
    const path = join(root, mutation.file);
    await writeFile(path, mutate(await readFile(path, 'utf8'), mutation));
  }
  const bundles = { plain: join(root, 'plain'), faulty: join(root, 'faulty') };
  await bundleLambdas({ source: join(root, 'lambdas'), target: bundles.plain, faultyTarget: bundles.faulty });
  return bundles;
};

const zipFolder = async (folder: string): Promise<Buffer> => {
  const names = (await readdir(folder)).sort();
  const entries = names.map(async (name): Promise<ZipEntry> => ({ name, content: await readFile(join(folder, name)) }));
  return zip(await Promise.all(entries));
};

/** Puts a bundle into a function without touching its alias. */
const updateCode = async ({ lambda }: DeployedSystem, name: string, folder: string): Promise<void> => {
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: await zipFolder(folder) }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 60 }, { FunctionName: name });
};

/**
 * Publishes a function's part of a variant as a version that no alias routes to yet.
 * @param environment of the version. @default what the function has
 * @returns the version's number
 */
export const publishVersion = async (
  system: DeployedSystem,
  entry: DrilledFunction,
  bundles: VariantBundles,
  environment?: Readonly<Record<string, string>>,
): Promise<string> => {
  const { lambda } = system;
  const FunctionName = await system.functionName(entry);
  const { Handler = 'index.handler' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  if (environment) await updateEnvironment(system, FunctionName, environment);
  await updateCode(system, FunctionName, join(Handler.startsWith('faulty.') ? bundles.faulty : bundles.plain, entry));
  return publishLatest(lambda, FunctionName);
};

/** Gives the next version of a function another environment. */
export const updateEnvironment = async (
  { lambda }: DeployedSystem,
  FunctionName: string,
  Variables: Readonly<Record<string, string>>,
): Promise<void> => {
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 60 }, { FunctionName });
};

/** Remembers what a function is: the answer puts its alias back to the version it routes to, and the project's own bundle into `$LATEST`. */
export const rememberFunction = async (system: DeployedSystem, entry: DrilledFunction): Promise<Restore> => {
  const { lambda } = system;
  const name = await system.functionName(entry);
  const { Handler = 'index.handler' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  const before = await liveVersion(lambda, name);
  return async () => {
    await goLive(lambda, name, before);
    await updateCode(
      system,
      name,
      join(Handler.startsWith('faulty.') ? faultyBundleDirectory : bundleDirectory, entry),
    );
  };
};

const deployTo = async (system: DeployedSystem, entry: DrilledFunction, bundles: VariantBundles): Promise<Restore> => {
  const restore = await rememberFunction(system, entry);
  try {
    const version = await publishVersion(system, entry, bundles);
    await goLive(system.lambda, await system.functionName(entry), version);
  } catch (error) {
    await restore();
    throw error;
  }
  return restore;
};

/**
 * Puts a variant behind the `live` alias of its functions. The answer puts the alias back to the version it pointed to, and the
 * project's own bundle back into `$LATEST`.
 * @throws MutationError when the source has moved on
 */
export const deployVariant = async (system: DeployedSystem, variant: Variant): Promise<Restore> => {
  const bundles = await bundleVariant(variant);
  const restores: Restore[] = [];
  const restoreAll = async (): Promise<void> => {
    for (const restore of restores.splice(0)) await restore();
    await rm(join(dirname(bundles.plain)), { recursive: true, force: true });
  };
  try {
    for (const entry of variant.functions) restores.push(await deployTo(system, entry, bundles));
  } catch (error) {
    await restoreAll();
    throw error;
  }
  return restoreAll;
};

/**
 * Checks that no function still runs an earlier drill's variant.
 * @throws LocalCloudError one does: a drill was killed before it could put a protection back
 */
export const refuseLeftoverSabotage = async (system: DeployedSystem): Promise<void> => {
  const regions = system.cloud.local?.regions.map(({ region }) => system.inRegion(region)) ?? [system];
  for (const { deployed, entry } of regions.flatMap((one) =>
    drilledFunctions.map((entry) => ({ deployed: one, entry })),
  )) {
    const live = { FunctionName: await deployed.functionName(entry), Qualifier: LIVE };
    const { Description } = await deployed.lambda.send(new GetFunctionConfigurationCommand(live));
    if (Description === MADE_BY_A_DRILL)
      throw new LocalCloudError(
        `${entry} in ${deployed.cloud.region} still runs a version that an interrupted drill has made`,
        'deploy it anew: npm run stop, then start again',
      );
  }
};
