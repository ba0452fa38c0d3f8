import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { inParallel } from '../in-parallel';
import type { DeploymentOptions, StageStacks } from './stage-stacks.port';
import { templateDigest } from './template-digest';
import type { TrainStack } from './train-plan';

/** Stacks that are asked for at the same time; CloudFormation throttles who asks for more. */
const lanes = 6;

// A stack that is being updated shows the template that it is to have, and one that could not be created the one it never had.
const isSettled = (status: string): boolean => /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(status);

/** How the stacks of a stage are deployed: by the CDK command line, to AWS or to an emulator. */
export type DeployPaths = (paths: readonly string[], options: DeploymentOptions) => Promise<void>;

/** The stacks of a stage in CloudFormation. */
export class CloudFormationStageStacks implements StageStacks {
  readonly #clients = new Map<string, CloudFormationClient>();

  /** @param stageId construct id of the stage: `Tenfold-Prod` */
  constructor(
    private readonly stageId: string,
    private readonly placeOf: (region: string) => Place,
    private readonly deployPaths: DeployPaths,
  ) {}

  async deployed(stacks: readonly TrainStack[]): Promise<ReadonlyMap<string, string>> {
    const digests = await inParallel(stacks, lanes, (stack) => this.digestOf(stack));
    return new Map(stacks.flatMap(({ id }, at) => (digests[at] === undefined ? [] : [[id, digests[at]] as const])));
  }

  deploy(stacks: readonly TrainStack[], options: DeploymentOptions): Promise<void> {
    return this.deployPaths(
      stacks.map(({ id }) => `${this.stageId}/${id}`),
      options,
    );
  }

  private async digestOf({ region, stackName }: TrainStack): Promise<string | undefined> {
    const client = this.client(region);
    const wanted = { StackName: stackName };
    try {
      const { Stacks = [] } = await client.send(new DescribeStacksCommand(wanted));
      if (!isSettled(Stacks[0]?.StackStatus ?? '')) return undefined;
      const { TemplateBody } = await client.send(new GetTemplateCommand({ ...wanted, TemplateStage: 'Original' }));
      return TemplateBody === undefined ? undefined : templateDigest(TemplateBody);
    } catch (error) {
      if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') return undefined;
      throw error;
    }
  }

  private client(region: string): CloudFormationClient {
    const known = this.#clients.get(region) ?? new CloudFormationClient(clientConfig(this.placeOf(region)));
    this.#clients.set(region, known);
    return known;
  }
}
