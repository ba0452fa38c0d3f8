import { CfnOutput, Duration, type RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { ComputeType } from 'aws-cdk-lib/aws-codebuild';
import { Artifact, ExecutionMode, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { completionWave, foundationWave, waveName } from '../app/train-waves';
import { AlarmTopic } from '../constructs/alarm-topic';
import { acknowledgeArtifactUse } from './artifact-use';
import { grantConnection } from './connection-grant';
import { ReleaseStep, type ReleaseStepProps } from './release-step';
import { RepositorySource } from './repository-source';
import { grantDeploy, grantGate, grantLook, grantTrainLog, type TrainScope } from './train-grants';

/** Where the stacks are that exist once for all regions. */
const globalRegion = 'us-east-1';

/** Longer than the rollouts of a wave, also when they are linear. */
const deployTimeout = Duration.hours(8);

export interface ReleasePipelineStackProps extends StackProps {
  /** For example `prod`. */
  readonly stage: string;
  /** What the names of the stage's stacks begin with: `Tenfold-Prod`. */
  readonly stageId: string;
  /** All regions of the stage, the primary one first. */
  readonly regions: readonly [string, ...(readonly string[])];
  /** Which regions get a release together, in which order. */
  readonly waves: readonly (readonly string[])[];
  /** How long a wave bakes. */
  readonly bake: Duration;
  /** Where the sources are, and what is released of them. */
  readonly source: { readonly connectionArn: string; readonly repository: string; readonly branch: string };
  /** What `config/<stage>.json` says: the repository does not have it. */
  readonly settings: object;
  /** Who hears of a train that stands. @default nobody: CodePipeline shows it */
  readonly alarmEmail?: string;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Releases a stage whenever something is merged: build and test, ask the gate, then the train, wave by wave. All steps of the train are actions of
 * one stage of the pipeline, because CodePipeline lets one execution at a time into a stage: the next release waits until this one has arrived.
 */
export class ReleasePipelineStack extends Stack {
  private readonly props: ReleasePipelineStackProps;
  private readonly train: TrainScope;
  private readonly key: Key;
  private readonly bucket: Bucket;
  private readonly sources = new Artifact('Sources');
  private readonly built = new Artifact('Built');

  constructor(scope: Construct, id: string, props: ReleasePipelineStackProps) {
    super(scope, id, props);
    this.props = props;
    const { stage, stageId, regions, removalPolicy } = props;
    this.train = { stage, stageId, regions: [...new Set([...regions, globalRegion])] };
    this.key = new Key(this, 'Key', { description: `Artefacts of ${stageId}`, enableKeyRotation: true, removalPolicy });
    this.bucket = this.artifacts();
    const source = new RepositorySource({ ...props.source, output: this.sources });
    const { commitId } = source.variables;
    const pipeline = new Pipeline(this, 'Pipeline', {
      pipelineType: PipelineType.V2,
      // A release that waits is replaced by a newer one: both would bring the newer.
      executionMode: ExecutionMode.SUPERSEDED,
      artifactBucket: this.bucket,
      stages: [
        { stageName: 'Source', actions: [source] },
        { stageName: 'Build', actions: [this.build(commitId).action('Build', 1)] },
        { stageName: 'Gate', actions: [this.gate(commitId).action('Gate', 1)] },
        { stageName: 'Train', actions: this.steps(commitId).map(({ name, step }, at) => step.action(name, at + 1)) },
      ],
    });
    acknowledgeArtifactUse(pipeline, this.bucket);
    this.tellFailures(pipeline);
    new CfnOutput(this, 'PipelineName', { value: pipeline.pipelineName, description: 'Releases this stage' });
  }

  private artifacts(): Bucket {
    const bucket = new Bucket(this, 'Artifacts', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ expiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      removalPolicy: this.props.removalPolicy,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only the steps of the pipeline read and write it, each with a role of its own, which CloudTrail names.',
    });
    return bucket;
  }

  /** A train that stands is of no harm, and of no use: somebody has to know. */
  private tellFailures(pipeline: Pipeline): void {
    const { alarmEmail } = this.props;
    const events = new ServicePrincipal('events.amazonaws.com');
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    // Without a condition on the account: EventBridge does not promise to say for whom it asks a key.
    this.key.addToResourcePolicy(new PolicyStatement({ principals: [events], actions, resources: ['*'] }));
    const email = alarmEmail !== undefined && { email: alarmEmail };
    const { topic } = new AlarmTopic(this, 'Failures', { encryptionKey: this.key, ...email });
    const rule = pipeline.onStateChange('HasFailed', {
      eventPattern: { detail: { state: ['FAILED'] } },
      target: new SnsTopic(topic),
    });
    Validations.of(rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'CodePipeline shows what has failed, too; a mail that comes late helps nobody.',
    });
  }

  private build(revision: string): ReleaseStep {
    const { stage } = this.props;
    return this.stepOnSources('Build', revision, {
      output: this.built,
      // The tests bring up the embedded cloud beside themselves.
      computeType: ComputeType.LARGE,
      commands: [
        'npm run check',
        'npm test',
        this.writeSettings,
        `npx cdk synth '**' --quiet -c stage=${stage} --output cdk.out`,
      ],
    });
  }

  private gate(revision: string): ReleaseStep {
    const { stage, regions } = this.props;
    // On a clone of its own: what is served is an earlier commit.
    const commands = [this.writeSettings, `npm run gate -- --stage ${stage}`];
    const gate = this.stepOnSources('Gate', revision, { commands });
    grantGate(gate.role, { ...this.train, regions });
    return gate;
  }

  private get writeSettings(): string {
    return `printf '%s' "$STAGE_SETTINGS" > config/${this.props.stage}.json`;
  }

  /** A step that clones the repository. */
  private stepOnSources(
    id: string,
    revision: string,
    props: Pick<ReleaseStepProps, 'commands' | 'computeType' | 'output'>,
  ): ReleaseStep {
    const { settings, source } = this.props;
    const environment = { STAGE_SETTINGS: JSON.stringify(settings) };
    const step = this.step(id, revision, { input: this.sources, environment, ...props });
    grantConnection(step.role, source.connectionArn);
    return step;
  }

  /** The steps of the train: a wave is deployed, and bakes if it is a region's. */
  private steps(revision: string): readonly { readonly name: string; readonly step: ReleaseStep }[] {
    const { waves, bake } = this.props;
    // CodePipeline takes no plus sign in the name of an action.
    const nameOf = (kind: string, wave: string) => `${kind}-${wave.replaceAll('+', '_')}`;
    const deploy = (wave: string, into: readonly string[]) => {
      const name = nameOf('Deploy', wave);
      const step = this.trainStep(name, `deploy ${wave}`, revision, deployTimeout);
      grantDeploy(step.role, into);
      return { name, step };
    };
    const letBake = (wave: string) => {
      const name = nameOf('Bake', wave);
      // Beside the bake itself: installing the packages, and a look at the end.
      const timeout = bake.plus(Duration.minutes(30));
      return { name, step: this.trainStep(name, `bake ${wave}`, revision, timeout) };
    };
    return [
      deploy(foundationWave, this.train.regions),
      ...waves.flatMap((wave) => [deploy(waveName(wave), wave), letBake(waveName(wave))]),
      deploy(completionWave, [globalRegion]),
    ];
  }

  private trainStep(id: string, what: string, revision: string, timeout: Duration): ReleaseStep {
    const { stage } = this.props;
    const command = `npm run release -- ${what} --stage ${stage} --train "$TRAIN" --revision "$REVISION" --assembly cdk.out`;
    const step = this.step(id, revision, { timeout, commands: [command] });
    grantLook(step.role, this.train);
    grantTrainLog(step.role, this.train);
    return step;
  }

  private step(
    id: string,
    revision: string,
    props: Pick<ReleaseStepProps, 'commands' | 'computeType' | 'environment' | 'output' | 'timeout'> & {
      readonly input?: Artifact;
    },
  ): ReleaseStep {
    const { logRetention, removalPolicy } = this.props;
    return new ReleaseStep(this, id, {
      input: this.built,
      revision,
      encryptionKey: this.key,
      artifacts: this.bucket,
      logRetention,
      removalPolicy,
      ...props,
    });
  }
}
