import { App, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { StageConfigError } from '../lib/app/stage-config';
import { readStageSettings } from '../lib/app/stage-settings';
import { stageConfig } from '../lib/app/stages';
import { TenfoldStage } from '../lib/app/tenfold-stage';
import { ReleasePipelineStack } from '../lib/pipeline/release-pipeline-stack';

const app = new App();
const stage = String(app.node.tryGetContext('stage') ?? 'dev');
const settings = readStageSettings(stage);
const config = stageConfig(stage, settings);
const { name, account, regions, release, pipeline, alarmEmail, logRetentionDays, removalPolicy } = config;
if (pipeline === undefined) {
  const example = '{"connectionArn": "arn:aws:codeconnections:…", "repository": "owner/name", "branch": "main"}';
  throw new StageConfigError(`pipeline: got nothing; expected ${example} in config/${name}.json`);
}
const stageId = TenfoldStage.idFor(name);

new ReleasePipelineStack(app, `${stageId}-Pipeline`, {
  env: { account, region: regions[0] },
  stage: name,
  stageId,
  regions,
  waves: release.waves,
  bake: Duration.minutes(release.bakeMinutes),
  source: pipeline,
  settings,
  ...(alarmEmail !== undefined && { alarmEmail }),
  logRetention: logRetentionDays,
  removalPolicy: removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
});
app.synth();
