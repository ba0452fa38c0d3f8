import {
  type CodeDeployClient,
  DeploymentAlreadyCompletedException,
  GetApplicationRevisionCommand,
  GetDeploymentCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  type RevisionLocation,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import * as z from 'zod/mini';
import { readAppSpec } from './app-spec';
import { UnknownRolloutError } from './release.errors';
import type { Rollout, RolloutHook, Rollouts } from './rollouts.port';

/** Both forms of a revision: CloudFormation makes the one that the SDK calls deprecated. */
const revisionText = z.object({
  appSpecContent: z.optional(z.object({ content: z.optional(z.string()) })),
  string: z.optional(z.object({ content: z.optional(z.string()) })),
});

const contentOf = (revision: RevisionLocation | undefined): string | undefined => {
  const { appSpecContent, string } = revisionText.parse(revision ?? {});
  return appSpecContent?.content ?? string?.content;
};

/** Deployments of CodeDeploy on the compute platform Lambda. */
export class CodeDeployRollouts implements Rollouts {
  constructor(private readonly client: CodeDeployClient) {}

  async find(deploymentId: string): Promise<Rollout> {
    const { deploymentInfo } = await this.client.send(new GetDeploymentCommand({ deploymentId }));
    const { applicationName, deploymentGroupName: operation, revision } = deploymentInfo ?? {};
    if (applicationName === undefined || operation === undefined || revision === undefined)
      throw new UnknownRolloutError(deploymentId, 'it has no application, deployment group or revision');
    // GetDeployment leaves the content out and gives its hash, by which it is looked up (its API reference, Note).
    const text = contentOf(revision) ?? (await this.appSpecOf(applicationName, revision));
    if (text === undefined) throw new UnknownRolloutError(deploymentId, 'its revision has no AppSpec');
    try {
      return { deploymentId, operation, ...readAppSpec(text) };
    } catch (cause) {
      throw new UnknownRolloutError(deploymentId, `its AppSpec is ${text}; expected JSON that names one function`, {
        cause,
      });
    }
  }

  async isReturn(deploymentId: string): Promise<boolean> {
    const { deploymentInfo } = await this.client.send(new GetDeploymentCommand({ deploymentId }));
    return deploymentInfo?.creator === 'codeDeployRollback';
  }

  async report({ deploymentId, hookExecutionId }: RolloutHook, status: 'Succeeded' | 'Failed'): Promise<void> {
    const lifecycleEventHookExecutionId = hookExecutionId;
    await this.client.send(
      new PutLifecycleEventHookExecutionStatusCommand({ deploymentId, lifecycleEventHookExecutionId, status }),
    );
  }

  async stop(deploymentId: string): Promise<'stopped' | 'ended'> {
    try {
      await this.client.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
      return 'stopped';
    } catch (error) {
      if (error instanceof DeploymentAlreadyCompletedException) return 'ended';
      throw error;
    }
  }

  private async appSpecOf(applicationName: string, revision: RevisionLocation): Promise<string | undefined> {
    const found = await this.client.send(new GetApplicationRevisionCommand({ applicationName, revision }));
    return contentOf(found.revision);
  }
}
