import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StageConfig, StageName } from '../../lib/app/stage-config';
import { readStageSettings } from '../../lib/app/stage-settings';
import { stageConfig } from '../../lib/app/stages';
import { TenfoldStage } from '../../lib/app/tenfold-stage';
import { completionWave, foundationWave, waveName } from '../../lib/app/train-waves';
import { synthesize, synthesizeTo } from '../deployment/assembly';
import type { Place } from '../deployment/aws-clients';
import { deployToAws } from '../deployment/cdk';
import { deployStacks } from '../deployment/cdklocal';
import { emulatorControl } from '../emulator/emulator-control';
import { emulatorKindAt } from '../emulator/emulator-kind';
import { executeApiUrlAt } from '../emulator/execute-api-url';
import { LocalCloudError } from '../local.errors';
import { callerOf } from '../operator/caller';
import { placeOfStage } from '../operator/deployment-of-stage';
import { assemblyDirectory, tenfoldDirectory } from '../paths';
import { CloudFormationStageStacks, type DeployPaths } from './cloudformation-stage-stacks';
import { CloudWatchRegionWatch } from './cloudwatch-region-watch';
import { CodeDeployRollouts } from './codedeploy-rollouts';
import { readPlannedStacks } from './planned-stacks';
import { SsmTrainLog } from './ssm-train-log';
import type { TrainDeps } from './train-deps';
import { planTrain } from './train-plan';

const lookMilliseconds = { aws: 10_000, local: 1_000 };

/** A stage and its release, wherever it is deployed. */
export interface ReleaseOfStage extends Omit<TrainDeps, 'plan'> {
  readonly regions: readonly string[];
  /** Names of the waves, in the order of the train. */
  readonly waves: readonly string[];
  readonly bakeMinutes: number;
  /**
   * Synthesizes the stage from these sources, and plans its train.
   * @param assembly where it was synthesized to already
   */
  plan(note: (line: string) => void, assembly?: string): Promise<TrainDeps>;
}

/** The emulator at an endpoint, which plays everything that a train needs. */
const emulatorAt = async (endpoint: string) => {
  const kind = await emulatorKindAt(endpoint);
  if (kind !== 'ministack')
    throw new LocalCloudError(
      `${kind} plays no rollouts: a train cannot be watched there`,
      'npm start, without AWS_ENDPOINT_URL',
    );
  const { deployments } = await emulatorControl(endpoint).status();
  return { endpoint, kind, timesAsFast: deployments.timesAsFast } as const;
};

/**
 * A stage, ready to be released.
 * @throws StageConfigError its configuration is wrong
 * @throws LocalCloudError no emulator runs, or it is another than the embedded one
 */
export const releaseOfStage = async (stage: StageName): Promise<ReleaseOfStage> => {
  const config: StageConfig = stageConfig(stage, readStageSettings(stage));
  const [primary] = config.regions;
  const { endpoint } = await placeOfStage(stage, primary);
  const emulator = endpoint === undefined ? undefined : await emulatorAt(endpoint);
  const placeOf = (region: string): Place => ({ region, ...(endpoint !== undefined && { endpoint }) });
  const stageId = TenfoldStage.idFor(stage);
  const own = join(tenfoldDirectory, 'release', stage);
  let directory = emulator === undefined ? own : assemblyDirectory;
  const deploy: DeployPaths = (paths, { note, ...how }) =>
    emulator === undefined
      ? deployToAws({ directory, paths, note, ...how })
      : deployStacks({ ...emulator, regions: config.regions, account: config.account }, note, { paths, ...how });
  const urlOf = (address: string): string =>
    emulator === undefined ? address : executeApiUrlAt(emulator.endpoint, emulator.kind, address);
  const { waves, bakeMinutes } = config.release;
  const release = {
    stage,
    regions: config.regions,
    waves: [foundationWave, ...waves.map(waveName), completionWave],
    bakeMinutes,
    log: new SsmTrainLog(placeOf(primary), stage),
    stacks: new CloudFormationStageStacks(stageId, placeOf, deploy),
    watchOf: (region: string) => new CloudWatchRegionWatch(placeOf(region), stage, urlOf),
    rolloutsOf: (region: string) => new CodeDeployRollouts(placeOf(region), stage),
    // The embedded cloud's alarms and shifts pass so much faster, and so does a bake.
    bakeMilliseconds: (bakeMinutes * 60_000) / (emulator?.timesAsFast ?? 1),
    lookMilliseconds: emulator === undefined ? lookMilliseconds.aws : lookMilliseconds.local,
    time: { now: Date.now, pause: (milliseconds: number): Promise<void> => sleep(milliseconds) },
    by: await callerOf(placeOf(primary)),
  };
  return {
    ...release,
    plan: async (note, assembly) => {
      if (emulator !== undefined) await synthesize({ ...emulator, regions: config.regions }, note);
      else if (assembly === undefined) await synthesizeTo(own, { stage }, note);
      else directory = resolve(assembly);
      return { ...release, plan: planTrain(readPlannedStacks(directory), waves) };
    },
  };
};
