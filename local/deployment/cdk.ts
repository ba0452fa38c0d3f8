import { join } from 'node:path';
import { logDirectory, projectRoot } from '../paths';
import { runProgram } from '../terminal/run-program';
import { finishedStacks } from './finished-stacks';

/** A deployment to AWS, with whatever credentials the environment has. */
export interface CdkDeployment {
  /** The synthesized app. */
  readonly directory: string;
  /** Paths of stacks: `Tenfold-Prod/us-east-1/OrderingData`. Stacks that they depend on have to be there. */
  readonly paths: readonly string[];
  readonly note: (line: string) => void;
  /** Aborted: no further stack is begun. */
  readonly signal: AbortSignal;
  /** Deploys also what has its template already: CloudFormation reads the outputs of other stacks again. */
  readonly force: boolean;
}

/**
 * `cdk deploy` of some stacks of a synthesized app.
 * @throws LocalCloudError a stack fails; CloudFormation has rolled it back
 */
export const deployToAws = ({ directory, paths, note, signal, force }: CdkDeployment): Promise<void> =>
  runProgram({
    purpose: 'deploying the stacks',
    command: join(projectRoot, 'node_modules', '.bin', 'cdk'),
    args: [
      'deploy',
      ...paths,
      '--exclusively',
      ...['--app', directory],
      ...['--require-approval', 'never'],
      ...['--progress', 'events'],
      ...['--concurrency', '10'],
      '--asset-parallelism',
      ...(force ? ['--force'] : []),
    ],
    env: { ...process.env, CI: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true' },
    log: join(logDirectory, 'release.log'),
    fix: 'the events of the stack say what has failed: docs/runbooks/deploys.md',
    onLine: finishedStacks(note),
    signal,
  });
