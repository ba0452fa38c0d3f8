import { CloudFormationClient, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { LocalCloudError } from '../local.errors';
import { clientConfig, type Place } from './aws-clients';

/** Outputs of a deployment's stacks: by the stack's name without the deployment's prefix, then by output. */
export class StackOutputs {
  constructor(
    /** What the names of the stacks begin with, for example `Tenfold-Local-sa-east-1`. */
    readonly prefix: string,
    private readonly stacks: ReadonlyMap<string, ReadonlyMap<string, string>>,
  ) {}

  /** Short names of the stacks: `OrderingData`. */
  get stackNames(): readonly string[] {
    return [...this.stacks.keys()];
  }

  /** @throws LocalCloudError there is no such stack or output */
  get(stack: string, output: string): string {
    const value = this.stacks.get(stack)?.get(output);
    if (value !== undefined) return value;
    const known = this.stacks.get(stack);
    const there = known
      ? `its outputs are ${[...known.keys()].join(', ') || 'none'}`
      : `the stacks are ${this.stackNames.join(', ') || 'none'}`;
    throw new LocalCloudError(
      `no output ${output} of stack ${this.prefix}-${stack}; ${there}`,
      'deploy first: npm start for the embedded cloud, npm run deploy:local for your own emulator, cdk deploy for AWS',
    );
  }

  /** Every output of that name, by stack: `all('TableName')`. */
  all(output: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const [stack, outputs] of this.stacks) {
      const value = outputs.get(output);
      if (value !== undefined) found.set(stack, value);
    }
    return found;
  }

  /** Every output whose name ends so, for example `SecretArn`. */
  endingIn(suffix: string): readonly string[] {
    return [...this.stacks.values()].flatMap((outputs) =>
      [...outputs].filter(([name]) => name.endsWith(suffix)).map(([, value]) => value),
    );
  }
}

/** Name prefix of a stage's stacks in a region. */
export const stackPrefix = (stage: string, region: string): string =>
  `Tenfold-${stage.charAt(0).toUpperCase()}${stage.slice(1)}-${region}`;

// Everything but stacks that were never finished or are on their way out: one that is being updated stands, too.
const isStanding = (status: string): boolean => /^(CREATE_COMPLETE|UPDATE_|IMPORT_)/.test(status);

/** A region may be dark: nobody waits for ever. */
const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/**
 * Reads the outputs of the stacks of a deployment.
 * @param only short name of the one stack that is asked for, which takes no right to see others. @default all of them
 */
export const readStackOutputs = async (place: Place, prefix: string, only?: string): Promise<StackOutputs> => {
  const client = new CloudFormationClient({ ...clientConfig(place), ...patience });
  const stacks = new Map<string, ReadonlyMap<string, string>>();
  for await (const { Stacks = [] } of paginateDescribeStacks(
    { client },
    only === undefined ? {} : { StackName: `${prefix}-${only}` },
  )) {
    for (const { StackName = '', StackStatus = '', Outputs = [] } of Stacks) {
      if (!StackName.startsWith(`${prefix}-`) || !isStanding(StackStatus)) continue;
      const outputs = Outputs.map(({ OutputKey = '', OutputValue = '' }): [string, string] => [OutputKey, OutputValue]);
      stacks.set(StackName.slice(prefix.length + 1), new Map(outputs));
    }
  }
  return new StackOutputs(prefix, stacks);
};
