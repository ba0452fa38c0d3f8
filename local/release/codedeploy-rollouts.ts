import {
  ApplicationDoesNotExistException,
  CodeDeployClient,
  DeploymentAlreadyCompletedException,
  DeploymentGroupDoesNotExistException,
  GetDeploymentTargetCommand,
  type ListDeploymentsCommandInput,
  ListDeploymentTargetsCommand,
  paginateListDeploymentGroups,
  paginateListDeployments,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { clientConfig, type Place } from '../deployment/aws-clients';
import type { Rollout, Rollouts } from './rollouts.port';

/** The rollouts of a region's functions: CodeDeploy's deployments of the stage's application. */
export class CodeDeployRollouts implements Rollouts {
  readonly region: string;
  readonly #client: CodeDeployClient;
  readonly #applicationName: string;

  constructor(place: Place, stage: string) {
    this.region = place.region;
    this.#client = new CodeDeployClient(clientConfig(place));
    this.#applicationName = `tenfold-${stage}`;
  }

  async inProgress(): Promise<readonly Rollout[]> {
    const rollouts: Rollout[] = [];
    for (const operation of await this.groups())
      for (const deploymentId of await this.deploymentsOf(operation))
        rollouts.push({ deploymentId, operation, shifted: await this.shifted(deploymentId) });
    return rollouts;
  }

  async stop(deploymentId: string): Promise<void> {
    try {
      await this.#client.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
    } catch (error) {
      if (!(error instanceof DeploymentAlreadyCompletedException)) throw error;
    }
  }

  private async groups(): Promise<readonly string[]> {
    const wanted = { applicationName: this.#applicationName };
    const groups: string[] = [];
    try {
      for await (const { deploymentGroups = [] } of paginateListDeploymentGroups({ client: this.#client }, wanted))
        groups.push(...deploymentGroups);
    } catch (error) {
      // Before the first deployment of a region there is none.
      if (!(error instanceof ApplicationDoesNotExistException)) throw error;
    }
    return groups;
  }

  private async deploymentsOf(deploymentGroupName: string): Promise<readonly string[]> {
    const ids: string[] = [];
    const wanted: ListDeploymentsCommandInput = {
      applicationName: this.#applicationName,
      deploymentGroupName,
      includeOnlyStatuses: ['Created', 'Queued', 'InProgress', 'Ready'],
    };
    try {
      for await (const { deployments = [] } of paginateListDeployments({ client: this.#client }, wanted))
        ids.push(...deployments);
    } catch (error) {
      // Its stack has been deleted since the groups were listed.
      if (!(error instanceof DeploymentGroupDoesNotExistException)) throw error;
    }
    return ids;
  }

  private async shifted(deploymentId: string): Promise<string> {
    const { targetIds = [] } = await this.#client.send(new ListDeploymentTargetsCommand({ deploymentId }));
    for (const targetId of targetIds) {
      const found = await this.#client.send(new GetDeploymentTargetCommand({ deploymentId, targetId }));
      const { targetVersion, targetVersionWeight = 0 } = found.deploymentTarget?.lambdaTarget?.lambdaFunctionInfo ?? {};
      if (targetVersion !== undefined && targetVersionWeight > 0)
        return `${targetVersionWeight} % to version ${targetVersion}`;
    }
    return '';
  }
}
