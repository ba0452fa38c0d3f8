import { setTimeout as sleep } from 'node:timers/promises';
import {
  AppConfigClient,
  BadRequestException,
  ConflictException,
  CreateHostedConfigurationVersionCommand,
  type DeploymentSummary,
  GetDeploymentCommand,
  type GetDeploymentCommandOutput,
  GetHostedConfigurationVersionCommand,
  type Monitor,
  paginateListDeployments,
  StartDeploymentCommand,
  StopDeploymentCommand,
  UpdateEnvironmentCommand,
} from '@aws-sdk/client-appconfig';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { clientConfig, type Place } from '../deployment/aws-clients';
import type { StackOutputs } from '../deployment/stack-outputs';
import { FlagDeploymentError } from './flags.errors';
import type { FlagDeploymentOptions, RegionFlags, RegionState } from './region-flags.port';

const isTakenBack = ({ State }: Pick<DeploymentSummary, 'State'>): boolean =>
  State === 'ROLLED_BACK' || State === 'REVERTED';

const hasEnded = (deployment: DeploymentSummary): boolean => deployment.State === 'COMPLETE' || isTakenBack(deployment);

const nameOf = (alarmArn: string): string => alarmArn.split(':alarm:')[1] ?? alarmArn;

/** The flags of a region in AppConfig, where the stack `FlagsService` has made a place for them. */
export class AppConfigRegionFlags implements RegionFlags {
  readonly region: string;
  readonly #client: AppConfigClient;
  readonly #alarms: CloudWatchClient;
  readonly #outputs: (name: string) => string;

  /** @param lookMs pause between two looks at a deployment that is under way, in milliseconds */
  constructor(
    place: Place,
    outputs: StackOutputs,
    private readonly lookMs = 1_000,
  ) {
    this.region = place.region;
    this.#client = new AppConfigClient(clientConfig(place));
    this.#alarms = new CloudWatchClient(clientConfig(place));
    this.#outputs = (name) => outputs.get('FlagsService', name);
  }

  async state(): Promise<RegionState> {
    const deployments = await this.deployments();
    const [newest] = deployments;
    const complete = deployments.find(({ State }) => State === 'COMPLETE');
    const number = newest?.DeploymentNumber ?? 0;
    const isUnderWay = newest !== undefined && !hasEnded(newest);
    return {
      newest: number,
      deployed: complete && (await this.textOf(complete)),
      underWay: isUnderWay ? { number, text: await this.textOf(newest) } : undefined,
    };
  }

  async obstacles(): Promise<readonly string[]> {
    const AlarmNames = this.monitors().map(({ AlarmArn = '' }) => nameOf(AlarmArn));
    const { MetricAlarms = [] } = await this.#alarms.send(new DescribeAlarmsCommand({ AlarmNames }));
    return MetricAlarms.filter(({ StateValue }) => StateValue === 'ALARM').map(
      ({ AlarmName = '', AlarmDescription = '' }) => `${this.region}: alarm ${AlarmName} rings (${AlarmDescription})`,
    );
  }

  async deploy(text: string, { atOnce, after, note }: FlagDeploymentOptions): Promise<number> {
    const { VersionNumber } = await this.#client.send(
      new CreateHostedConfigurationVersionCommand({
        ...this.profile(),
        Content: Buffer.from(text),
        ContentType: 'application/json',
      }),
    );
    // An environment keeps its alarms, also after a deployment that went without them and was killed in the middle.
    await this.watch(atOnce ? [] : this.monitors());
    try {
      const { DeploymentNumber = 0 } = await this.start(String(VersionNumber), { atOnce, after });
      await this.follow(DeploymentNumber, note);
      return DeploymentNumber;
    } finally {
      if (atOnce) await this.watch(this.monitors());
    }
  }

  async follow(DeploymentNumber: number, note: (line: string) => void): Promise<void> {
    let told = '';
    for (;;) {
      const deployment = await this.#client.send(new GetDeploymentCommand({ ...this.environment(), DeploymentNumber }));
      const { State = '', PercentageComplete = 0 } = deployment;
      const line = `${State.toLowerCase().replaceAll('_', ' ')}, ${PercentageComplete} % of the functions`;
      if (line !== told) note(line);
      told = line;
      if (State === 'COMPLETE') return;
      if (isTakenBack(deployment))
        throw new FlagDeploymentError(`${this.region} has rolled the flags back: ${reasonOf(deployment)}`);
      await sleep(this.lookMs);
    }
  }

  async putBack(deployment: number): Promise<void> {
    const [newest] = await this.deployments();
    if (newest?.DeploymentNumber !== deployment)
      throw new FlagDeploymentError(`deployment ${newest?.DeploymentNumber ?? 'none'} came after it`);
    const one = { ...this.environment(), DeploymentNumber: deployment };
    // An alarm may have been quicker.
    if (newest.State !== 'ROLLING_BACK')
      await this.#client.send(new StopDeploymentCommand({ ...one, AllowRevert: true }));
    while (!isTakenBack(await this.#client.send(new GetDeploymentCommand(one)))) await sleep(this.lookMs);
  }

  /** Newest first. */
  private async deployments(): Promise<readonly DeploymentSummary[]> {
    const { ApplicationId, EnvironmentId } = this.environment();
    const deployments = [];
    for await (const { Items = [] } of paginateListDeployments(
      { client: this.#client },
      { ApplicationId, EnvironmentId },
    ))
      deployments.push(...Items);
    return deployments.sort((one, other) => (other.DeploymentNumber ?? 0) - (one.DeploymentNumber ?? 0));
  }

  private async textOf({ ConfigurationVersion }: DeploymentSummary): Promise<string> {
    const { Content = new Uint8Array() } = await this.#client.send(
      new GetHostedConfigurationVersionCommand({ ...this.profile(), VersionNumber: Number(ConfigurationVersion) }),
    );
    return Buffer.from(Content).toString('utf8');
  }

  private async start(ConfigurationVersion: string, { atOnce, after }: Omit<FlagDeploymentOptions, 'note'>) {
    try {
      return await this.#client.send(
        new StartDeploymentCommand({
          ...this.environment(),
          ConfigurationProfileId: this.#outputs('ProfileId'),
          ConfigurationVersion,
          // They are numbered from 1.
          ...(after > 0 && { LatestDeploymentNumber: after }),
          DeploymentStrategyId: this.#outputs(atOnce ? 'AtOnceStrategyId' : 'GradualStrategyId'),
        }),
      );
    } catch (error) {
      if (error instanceof BadRequestException)
        throw new FlagDeploymentError(`${this.region} refuses the flags: ${error.message}`, { cause: error });
      if (error instanceof ConflictException)
        throw new FlagDeploymentError(`${this.region} is busy: ${error.message}`, { cause: error });
      throw error;
    }
  }

  private async watch(Monitors: Monitor[]): Promise<void> {
    await this.#client.send(new UpdateEnvironmentCommand({ ...this.environment(), Monitors }));
  }

  /** As the stack says, and not as the environment has it: that may be between the two steps of a deployment at once. */
  private monitors(): Monitor[] {
    const AlarmRoleArn = this.#outputs('MonitorRoleArn');
    return this.#outputs('MonitoredAlarms')
      .split(',')
      .map((AlarmArn) => ({ AlarmArn, AlarmRoleArn }));
  }

  private environment() {
    return { ApplicationId: this.#outputs('ApplicationId'), EnvironmentId: this.#outputs('EnvironmentId') };
  }

  private profile() {
    return { ApplicationId: this.#outputs('ApplicationId'), ConfigurationProfileId: this.#outputs('ProfileId') };
  }
}

const reasonOf = ({ EventLog = [] }: GetDeploymentCommandOutput): string =>
  EventLog.filter(({ EventType }) => EventType === 'ROLLBACK_STARTED' || EventType === 'REVERT_COMPLETED')
    .map(({ TriggeredBy = '', Description = '' }) => `${Description} (${TriggeredBy})`)
    .join('; ') || 'AppConfig says no more';
