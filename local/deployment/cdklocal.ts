import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { assemblyDirectory, logDirectory, projectRoot, scratchDirectory } from '../paths';
import { runProgram } from '../terminal/run-program';
import { clientConfig, type Place, rootCredentials } from './aws-clients';
import { finishedStacks } from './finished-stacks';
import type { Regions } from './regions-of-stage';

/** An emulator to deploy to. */
export interface Target {
  readonly endpoint: string;
  readonly regions: Regions;
  readonly account: string;
}

const cdklocal = join(projectRoot, 'node_modules', '.bin', 'cdklocal');

// What says nothing of its region is about the first one; stacks say theirs.
const environment = ({ endpoint, regions: [region] }: Target): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('AWS_'))),
  AWS_ENDPOINT_URL: endpoint,
  // An address, not a name: the SDK then puts the bucket into the path, and needs no wildcard DNS.
  AWS_ENDPOINT_URL_S3: endpoint.replace('//localhost', '//127.0.0.1'),
  AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  // cdklocal takes AWS_* variables away unless they are listed.
  AWS_ENVAR_ALLOWLIST: 'AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY,AWS_REGION,AWS_DEFAULT_REGION',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  CI: 'true',
});

const isBootstrapped = async (place: Place): Promise<boolean> => {
  const client = new CloudFormationClient(clientConfig(place));
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: 'CDKToolkit' }));
    return Stacks.some(({ StackStatus }) => StackStatus?.endsWith('_COMPLETE') === true);
  } catch (error) {
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') return false;
    throw error;
  }
};

/**
 * `cdklocal bootstrap` of every region where that was not done.
 * @throws LocalCloudError it fails
 */
export const bootstrap = async (target: Target): Promise<void> => {
  const { account, endpoint, regions } = target;
  const missing: string[] = [];
  for (const region of regions) if (!(await isBootstrapped({ endpoint, region }))) missing.push(region);
  if (missing.length === 0) return;
  await mkdir(scratchDirectory, { recursive: true });
  await runProgram({
    purpose: 'bootstrapping the emulator',
    command: cdklocal,
    args: ['bootstrap', ...missing.map((region) => `aws://${account}/${region}`)],
    env: environment(target),
    // Away from cdk.json: bootstrapping would synthesize the app first.
    cwd: scratchDirectory,
    log: join(logDirectory, 'bootstrap.log'),
    fix: 'npm run stop, then start again',
  });
};

/** Which stacks are deployed, and until when. */
export interface StackSelection {
  /** Their paths: `Tenfold-Local/sa-east-1/OrderingData`. Stacks that they depend on have to be there. @default all */
  readonly paths?: readonly string[];
  /** Aborted: no further stack is begun. */
  readonly signal?: AbortSignal;
  /** Deploys also what has its template already: outputs of other stacks are read again. @default false */
  readonly force?: boolean;
}

/**
 * `cdklocal deploy` of the stacks in `.tenfold/cdk.out`.
 * @param note gets each stack as it is done
 * @throws LocalCloudError a stack fails; the message has the emulator's reason
 */
export const deployStacks = (
  target: Target,
  note: (line: string) => void,
  { paths, signal, force = false }: StackSelection = {},
): Promise<void> =>
  runProgram({
    purpose: 'deploying the stacks',
    command: cdklocal,
    args: [
      'deploy',
      ...(paths === undefined ? ['**'] : [...paths, '--exclusively']),
      ...['--app', assemblyDirectory],
      ...['--require-approval', 'never'],
      ...['--method', 'direct'],
      ...['--progress', 'events'],
      ...['--concurrency', '4'],
      '--asset-parallelism',
      ...(force ? ['--force'] : []),
    ],
    env: environment(target),
    cwd: scratchDirectory,
    log: join(logDirectory, 'deploy.log'),
    fix: 'npm run stop clears the emulator; if the same resource fails again, it may belong into local/emulator/left-out.ts',
    onLine: finishedStacks(note),
    ...(signal && { signal }),
  });

/**
 * `cdklocal destroy` of every stack in `.tenfold/cdk.out`.
 * @throws LocalCloudError a stack cannot be deleted
 */
export const destroyStacks = (target: Target): Promise<void> =>
  runProgram({
    purpose: 'deleting the stacks',
    command: cdklocal,
    args: ['destroy', '**', '--app', assemblyDirectory, '--force', '--concurrency', '4'],
    env: environment(target),
    cwd: scratchDirectory,
    log: join(logDirectory, 'destroy.log'),
    fix: 'npm run stop clears the emulator',
  });
