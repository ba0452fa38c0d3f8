import type { StageName } from '../../lib/app/stage-config';
import { readStageSettings } from '../../lib/app/stage-settings';
import { stageConfig } from '../../lib/app/stages';
import { regionsOfWave, waveName } from '../../lib/app/train-waves';
import { placeOfStage } from '../operator/deployment-of-stage';
import { parseRevision } from '../release/source-revision';
import { SsmTrainLog } from '../release/ssm-train-log';
import type { TrainLog } from '../release/train-log.port';
import { GateError } from './gate.errors';
import type { Commit, GitRepository } from './git-revision';
import { reasonOf } from './reason';
import { type Known, known } from './release';

/** What a release is held against besides the deployed stage. */
export interface ServedCommits {
  /** More than one while the regions of a stage have different ones. */
  readonly commits: Known<readonly Commit[]>;
  /** For people: why these, and what is not held against the release. */
  readonly remarks: readonly string[];
}

/** The log of a stage's train, and the waves that its regions get releases in. */
export interface RecordedTrain {
  readonly log: Pick<TrainLog, 'running' | 'waves'>;
  readonly waves: readonly string[];
}

/** A revision that a train has written down, and where it is. */
interface Recorded {
  readonly where: string;
  readonly revision: string;
}

/**
 * The train of a stage.
 * @throws StageConfigError the stage's configuration is wrong
 * @throws LocalCloudError no emulator runs
 */
export const trainOfStage = async (stage: StageName): Promise<RecordedTrain> => {
  const { regions, release } = stageConfig(stage, readStageSettings(stage));
  return { log: new SsmTrainLog(await placeOfStage(stage, regions[0]), stage), waves: release.waves.map(waveName) };
};

/**
 * Regions that a train has brought a release to.
 * @throws GateError the log cannot be read
 */
export const recordedRegions = async ({ log }: RecordedTrain): Promise<readonly string[]> => {
  try {
    return Object.keys(await log.waves()).flatMap(regionsOfWave);
  } catch (cause) {
    throw new GateError(`the log of the train cannot be read: ${reasonOf(cause)}`, { cause });
  }
};

const recordedBy = async ({ log, waves }: RecordedTrain) => {
  try {
    const [records, running] = await Promise.all([log.waves(), log.running()]);
    const recorded = waves.flatMap((wave): Recorded[] => {
      const revision = records[wave]?.revision;
      return revision === undefined ? [] : [{ where: `in ${wave}`, revision }];
    });
    // By the time this release begins, the one before it may have come anywhere.
    const onItsWay = running === undefined ? [] : [{ where: 'on its way', revision: running.revision }];
    return { recorded: [...recorded, ...onItsWay], unrecorded: waves.filter((wave) => records[wave] === undefined) };
  } catch (cause) {
    throw new GateError(`the log of the train cannot be read: ${reasonOf(cause)}`, { cause });
  }
};

/**
 * The commits that a train has brought to the waves of a stage, and the one that it is bringing.
 * @throws GateError the log cannot be read, or this clone does not have one of them
 */
const recordedCommits = async (git: GitRepository, train: RecordedTrain) => {
  const { recorded, unrecorded } = await recordedBy(train);
  const remarks = unrecorded.map((wave) => `${wave}: no train has recorded which commit it has`);
  const places = new Map<string, string[]>();
  for (const { where, revision } of recorded) {
    const said = parseRevision(revision);
    const found = said && (await git.find(said.commit));
    if (said === undefined) remarks.push(`${where}: the train has recorded "${revision}", which is no commit`);
    else if (found === undefined)
      throw new GateError(
        `${where}: commit ${said.commit} is not in this clone, and the release cannot be held against it; git fetch (--unshallow), or --against <commit>`,
      );
    else {
      if (said.isDirty)
        remarks.push(
          `${where}: deployed with changes that ${found.id.slice(0, 7)} does not have, which are not held against it`,
        );
      places.set(found.id, [...(places.get(found.id) ?? []), where]);
    }
  }
  const commits = [...places].map(([id, where]): Commit => ({ id, name: `${id.slice(0, 7)} (${where.join(', ')})` }));
  return { commits, remarks };
};

/**
 * What the release to a stage is held against: what its train has recorded, else the commit that is most likely served.
 * @param train of the stage; without one it is the likely commit
 * @throws GateError the log of the train cannot be read, or names a commit that this clone does not have
 */
export const servedCommits = async (git: GitRepository, train?: RecordedTrain): Promise<ServedCommits> => {
  const { commits, remarks } = train ? await recordedCommits(git, train) : { commits: [], remarks: [] };
  if (commits.length > 0) return { commits: known(commits), remarks };
  const likely = await git.lastReleased();
  if (!likely.known) return { commits: likely, remarks };
  const guess = `${likely.value.name} is taken for what is served; --against names another commit`;
  return { commits: known([likely.value]), remarks: train ? [...remarks, guess] : [] };
};
