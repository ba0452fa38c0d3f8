import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetDeploymentTargetsCommand,
  CodeDeployClient,
  CreateDeploymentCommand,
  GetDeploymentCommand,
  GetDeploymentConfigCommand,
  GetDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { DescribeExecutionCommand, ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { clientConfig } from '../../local/deployment/aws-clients';
import { type DeployedSystem, type DrilledFunction, MissingResourceError } from '../harness/deployed-system';
import { LIVE, liveVersion } from '../harness/live-alias';

/** Operations whose functions are released progressively, and what they are built from. */
export const operations = {
  placeOrder: 'ordering/place-order',
  readOrder: 'ordering/read-order',
  cancelOrder: 'ordering/cancel-order',
} as const satisfies Record<string, DrilledFunction>;
export type Operation = keyof typeof operations;

const counted = z.object({ old: z.number(), new: z.number() });

const judgement = z.object({
  verdict: z.enum(['promote', 'roll-back']),
  because: z.array(z.string()),
  decidedBy: z.enum(['real', 'synthetic']),
  windows: z.number(),
  real: z.object({ requests: counted, failures: counted }),
  synthetic: z.object({ requests: counted, failures: counted }),
});
/** What the judge has recorded of a rollout. */
export type Judgement = z.infer<typeof judgement>;

/** A deployment that is over. Times in milliseconds since the epoch. */
export interface Rollout {
  /** What was released, for example `slow`. */
  readonly version: string;
  readonly operation: Operation;
  readonly status: string;
  /** What CodeDeploy says of an end before its time. */
  readonly why: string;
  readonly began: number;
  /** When the version got its first traffic; absent when it never got any. */
  readonly shifted?: number;
  readonly ended: number;
  /** When it would have had all traffic, if nobody had objected. */
  readonly planned: number;
  /** Absent when the judge was never asked. */
  readonly judgement?: Judgement;
}

const LOOK_MILLISECONDS = 300;
const ENDED = new Set(['Succeeded', 'Failed', 'Stopped']);

/** Releases versions as CloudFormation does, through the deployment group of their operation. */
export class Releases {
  readonly #codeDeploy: CodeDeployClient;

  /** @param timesAsFast how much faster than on AWS the minutes of a deployment pass */
  constructor(
    private readonly system: DeployedSystem,
    private readonly timesAsFast: number,
  ) {
    this.#codeDeploy = new CodeDeployClient(clientConfig(system.cloud));
  }

  /** Shifts an operation's traffic to a version, and waits for the end, whichever it is. */
  async release(operation: Operation, version: string, targetVersion: string): Promise<Rollout> {
    const { lambda } = this.system;
    const applicationName = await this.system.releaseApplication();
    const FunctionName = await this.system.functionName(operations[operation]);
    const CurrentVersion = await liveVersion(lambda, FunctionName);
    const Properties = { Name: FunctionName, Alias: LIVE, CurrentVersion, TargetVersion: targetVersion };
    const content = JSON.stringify({
      version: 0.0,
      Resources: [{ [operation]: { Type: 'AWS::Lambda::Function', Properties } }],
      Hooks: await this.hooks(),
    });
    const began = Date.now();
    const planned = began + (await this.plannedMilliseconds(applicationName, operation));
    const { deploymentId = '' } = await this.#codeDeploy.send(
      new CreateDeploymentCommand({
        applicationName,
        deploymentGroupName: operation,
        revision: {
          revisionType: 'AppSpecContent',
          appSpecContent: { content, sha256: createHash('sha256').update(content).digest('hex') },
        },
      }),
    );
    const end = await this.follow(deploymentId);
    const judged = await this.judgementOf(deploymentId);
    return { version, operation, began, planned, ...end, ...(judged && { judgement: judged }) };
  }

  private async hooks(): Promise<readonly Readonly<Record<string, string>>[]> {
    const { cloud } = this.system;
    const names = await this.system.functionNames('ReleaseService');
    const hook = (part: string): string => {
      const found = names.find((name) => name.endsWith(part));
      if (found === undefined)
        throw new MissingResourceError(`no function …${part} in ${cloud.stackPrefix}-ReleaseService`);
      return `${found}:${LIVE}`;
    };
    return [{ BeforeAllowTraffic: hook('exercise-version') }, { AfterAllowTraffic: hook('require-verdict') }];
  }

  private async plannedMilliseconds(applicationName: string, deploymentGroupName: string): Promise<number> {
    const group = await this.#codeDeploy.send(new GetDeploymentGroupCommand({ applicationName, deploymentGroupName }));
    const { deploymentConfigName } = group.deploymentGroupInfo ?? {};
    const config = await this.#codeDeploy.send(new GetDeploymentConfigCommand({ deploymentConfigName }));
    const { timeBasedCanary } = config.deploymentConfigInfo?.trafficRoutingConfig ?? {};
    if (timeBasedCanary?.canaryInterval === undefined)
      throw new MissingResourceError(
        `expected a canary for ${deploymentGroupName}; its config is ${deploymentConfigName}`,
      );
    return (timeBasedCanary.canaryInterval * 60_000) / this.timesAsFast;
  }

  private async follow(deploymentId: string): Promise<Pick<Rollout, 'status' | 'why' | 'shifted' | 'ended'>> {
    let shifted: number | undefined;
    for (;;) {
      const { deploymentInfo } = await this.#codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
      const { deploymentTargets = [] } = await this.#codeDeploy.send(
        new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds: [] }),
      );
      const weight = deploymentTargets[0]?.lambdaTarget?.lambdaFunctionInfo?.targetVersionWeight ?? 0;
      if (weight > 0) shifted ??= Date.now();
      const { status = '', errorInformation } = deploymentInfo ?? {};
      if (ENDED.has(status))
        return {
          status,
          why: errorInformation?.code ?? '',
          ended: Date.now(),
          ...(shifted !== undefined && { shifted }),
        };
      await sleep(LOOK_MILLISECONDS);
    }
  }

  /** Once it is recorded: whoever stops a rollout does so before the execution ends. */
  private async judgementOf(deploymentId: string): Promise<Judgement | undefined> {
    const judge = this.system.cloud.outputs.get('ReleaseService', 'JudgeArn');
    const executionArn = `${judge.replace(':stateMachine:', ':execution:')}:${deploymentId}`;
    for (;;) {
      try {
        const { status, output } = await this.system.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
        if (status !== 'RUNNING') return output === undefined ? undefined : judgement.parse(JSON.parse(output));
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
      await sleep(LOOK_MILLISECONDS);
    }
  }
}
