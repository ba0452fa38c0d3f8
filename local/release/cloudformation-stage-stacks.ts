import { createHash } from 'node:crypto';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { inParallel } from '../in-parallel';
import { isMissingStack } from './missing-stack';
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

  async digestOfReads(stacks: readonly TrainStack[]): Promise<string> {
    const reads = stacks.flatMap((stack) => stack.reads);
    const sources = [
      ...new Map(reads.map(({ stackName, region }) => [`${region} ${stackName}`, { stackName, region }])),
    ];
    const outputs = new Map(
      await inParallel(sources, lanes, async ([key, source]) => [key, await this.outputsOf(source)] as const),
    );
    const lines = reads.map(({ stackName, region, output }) => {
      const value = outputs.get(`${region} ${stackName}`)?.get(output);
      return `${region} ${stackName} ${output} ${value ?? ''}`;
    });
    return createHash('sha256')
      .update([...new Set(lines)].toSorted().join('\n'))
      .digest('hex');
  }

  /** None of a stack that does not exist. */
  private async outputsOf(stack: Pick<TrainStack, 'region' | 'stackName'>): Promise<ReadonlyMap<string, string>> {
    const { Outputs = [] } = (await this.describe(stack)) ?? {};
    return new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  }

  private async describe({ region, stackName }: Pick<TrainStack, 'region' | 'stackName'>): Promise<Stack | undefined> {
    try {
      const { Stacks = [] } = await this.client(region).send(new DescribeStacksCommand({ StackName: stackName }));
      return Stacks[0];
    } catch (error) {
      if (isMissingStack(error)) return undefined;
      throw error;
    }
  }

  private async digestOf(stack: TrainStack): Promise<string | undefined> {
    if (!isSettled((await this.describe(stack))?.StackStatus ?? '')) return undefined;
    const wanted = new GetTemplateCommand({ StackName: stack.stackName, TemplateStage: 'Original' });
    try {
      const { TemplateBody } = await this.client(stack.region).send(wanted);
      return TemplateBody === undefined ? undefined : templateDigest(TemplateBody);
    } catch (error) {
      if (isMissingStack(error)) return undefined;
      throw error;
    }
  }

  private client(region: string): CloudFormationClient {
    const known = this.#clients.get(region) ?? new CloudFormationClient(clientConfig(this.placeOf(region)));
    this.#clients.set(region, known);
    return known;
  }
}
