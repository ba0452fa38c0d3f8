import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  BuildEnvironmentVariableType,
  BuildSpec,
  CfnProject,
  ComputeType,
  LinuxArmBuildImage,
  PipelineProject,
} from 'aws-cdk-lib/aws-codebuild';
import { type Artifact, GlobalVariables, type IAction } from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeArtifactUse } from './artifact-use';

export interface ReleaseStepProps {
  /** Run one after the other once the packages are installed; the first that fails ends the step. */
  readonly commands: readonly string[];
  /** Sources, with whatever an earlier step has added to them. */
  readonly input: Artifact;
  /** The commit that is released; a variable of the source action. */
  readonly revision: string;
  /** Encrypts what the step writes. */
  readonly encryptionKey: IKey;
  /** Where the pipeline keeps what steps hand on. */
  readonly artifacts: IBucket;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  /** What later steps get: everything but the packages and the history. @default nothing */
  readonly output?: Artifact;
  /** Given to the commands besides `TRAIN` and `REVISION`. @default none */
  readonly environment?: { readonly [name: string]: string };
  /** @default Duration.hours(1) */
  readonly timeout?: Duration;
  /** @default ComputeType.SMALL */
  readonly computeType?: ComputeType;
}

const plain = (variables: { readonly [name: string]: string }) =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, { type: BuildEnvironmentVariableType.PLAINTEXT, value }]),
  );

/** One step of a pipeline: a container with the sources, the packages, a role of its own and a log. */
export class ReleaseStep extends Construct {
  /** What the commands may do; nothing but their log and the pipeline's artefacts until somebody grants more. */
  public readonly role: IRole;
  private readonly project: PipelineProject;
  private readonly props: ReleaseStepProps;

  constructor(scope: Construct, id: string, props: ReleaseStepProps) {
    super(scope, id);
    const { commands, encryptionKey, artifacts, logRetention, removalPolicy, output } = props;
    const { timeout = Duration.hours(1), computeType = ComputeType.SMALL, environment = {} } = props;
    this.props = props;
    const logGroup = new LogGroup(this, 'Logs', { retention: logRetention, removalPolicy });
    this.project = new PipelineProject(this, 'Project', {
      buildSpec: BuildSpec.fromObject({
        version: '0.2',
        phases: {
          install: { 'runtime-versions': { nodejs: 22, python: 3.12 }, commands: ['npm ci'] },
          build: { commands: [...commands] },
        },
        ...(output && { artifacts: { files: ['**/*'], 'exclude-paths': ['node_modules/**/*', '.git/**/*'] } }),
      }),
      environment: { buildImage: LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0, computeType },
      // Not of the action: its configuration has room for a thousand characters.
      environmentVariables: plain(environment),
      encryptionKey,
      grantReportGroupPermissions: false,
      timeout,
      logging: { cloudWatch: { logGroup } },
    });
    const { role } = this.project;
    if (role === undefined) throw new Error(`${this.node.path}: expected the project to have a role`);
    this.role = role;
    this.acknowledgeLogs();
    acknowledgeArtifactUse(this.role, artifacts);
  }

  /** The step as an action of a pipeline. @param runOrder actions of one number run at the same time, of a higher one later */
  public action(actionName: string, runOrder: number): IAction {
    const { input, output, revision } = this.props;
    return new CodeBuildAction({
      actionName,
      runOrder,
      input,
      project: this.project,
      environmentVariables: plain({ TRAIN: GlobalVariables.executionId, REVISION: revision }),
      ...(output && { outputs: [output] }),
    });
  }

  private acknowledgeLogs(): void {
    const { partition, region, account } = Stack.of(this);
    const project = this.project.node.defaultChild;
    if (!(project instanceof CfnProject)) throw new Error(`${this.project.node.path} is no AWS::CodeBuild::Project`);
    const name = Stack.of(this).getLogicalId(project);
    Validations.of(this.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:${partition}:logs:${region}:${account}:log-group:/aws/codebuild/<${name}>:*]`,
      reason: 'Log streams of this project only; CodeBuild makes up their names.',
    });
  }
}
