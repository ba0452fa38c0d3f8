import type { ActionBindOptions, ActionConfig, Artifact, IStage } from 'aws-cdk-lib/aws-codepipeline';
import { CodeStarConnectionsSourceAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import type { Construct } from 'constructs';
import { grantConnection } from './connection-grant';

export interface RepositorySourceProps {
  readonly connectionArn: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly branch: string;
  /** Not the files but where they are: a step that takes it clones the repository with all its history, and needs `grantConnection`. */
  readonly output: Artifact;
}

/** The repository of a pipeline, which starts it when something is merged. */
export class RepositorySource extends CodeStarConnectionsSourceAction {
  private readonly connectionArn: string;

  constructor({ connectionArn, repository, branch, output }: RepositorySourceProps) {
    const [owner = '', repo = ''] = repository.split('/');
    super({ actionName: 'Source', connectionArn, owner, repo, branch, output, codeBuildCloneOutput: true });
    this.connectionArn = connectionArn;
  }

  protected override bound(scope: Construct, stage: IStage, options: ActionBindOptions): ActionConfig {
    grantConnection(options.role, this.connectionArn);
    return super.bound(scope, stage, options);
  }
}
