import { regionsOfStage } from '../operator/regions-of-stage';
import type { Task, TaskList } from '../terminal/task-list';
import { GateError } from './gate.errors';
import type { Commit, GitRepository } from './git-revision';
import { readCandidate, readRevision } from './read-revision';
import { type Candidate, type Known, known, type Release, type Revision, type StagePhase } from './release';
import { type DeployedStage, phasesOfDeployed } from './served-stage';
import { phasesAgainst, phasesOfAll } from './stage-phases';

/** Which release is meant, and what it is held against. */
export interface ReleaseRequest {
  /** The deployed stage to ask. @default none: the commit says what is served */
  readonly deployed?: DeployedStage;
  /** All that are served. */
  readonly commits: Known<readonly Commit[]>;
  readonly tasks: TaskList;
}

/** A release, and what to call it and what it is held against. */
export interface ReadRelease {
  /** The same candidate against each commit that is served. */
  readonly releases: readonly Release[];
  readonly candidateName: string;
  readonly servedName: string;
}

/** What the commit has served, and the phases of all stages against it. */
interface Earlier {
  readonly served: Known<Revision>;
  readonly phases: readonly StagePhase[];
}

const readCommit = (git: GitRepository, commit: Commit): Promise<Earlier> =>
  git.withFilesOf(commit, async (folder) => {
    const revision = await readRevision(folder, commit.name);
    return { served: known(revision), phases: await phasesAgainst(git.root, folder, revision) };
  });

const readEarlier = async (git: GitRepository, commits: Known<readonly Commit[]>): Promise<readonly Earlier[]> =>
  commits.known
    ? Promise.all(commits.value.map((commit) => readCommit(git, commit)))
    : [{ served: commits, phases: phasesOfAll(git.root, () => commits) }];

const namesOf = (commits: readonly Commit[]): string => commits.map(({ name }) => name).join(' and ');

const servedNameOf = async (
  { commits, deployed }: ReleaseRequest,
  /** Of the deployed stage. */
  phases: readonly StagePhase[],
): Promise<string> => {
  const revision = commits.known ? namesOf(commits.value) : 'no earlier revision';
  if (deployed === undefined) return revision;
  const { stage } = deployed;
  const serving = new Set(
    phases.flatMap(({ served }) => (served.known ? served.value : [])).map(({ region }) => region),
  );
  const silent = (await regionsOfStage(stage)).filter((region) => !serving.has(region));
  const asked =
    serving.size === 0
      ? `stage ${stage}, which serves nothing`
      : `stage ${stage} in ${[...serving].join(' and ')}${silent.length > 0 ? ` (nothing is deployed in ${silent.join(' and ')} yet)` : ''}`;
  return `${asked}, with the flag uses and contracts of ${revision}`;
};

/**
 * Reads the working tree, and what is served.
 * @throws GateError the stage cannot be asked, or serves code of which no commit is known
 */
export const readRelease = async (git: GitRepository, request: ReleaseRequest): Promise<ReadRelease> => {
  const [{ deployed: target, commits, tasks }, { root }] = [request, git];
  const read: { candidate?: Candidate; earlier?: readonly Earlier[]; deployed?: readonly StagePhase[] } = {};
  const works: Task[] = [
    {
      title: 'read the working tree',
      work: async () => {
        read.candidate = await readCandidate(root);
      },
    },
    {
      title: commits.known ? `read ${namesOf(commits.value)}` : 'look for what was released before',
      work: async (note) => {
        if (!commits.known) note(commits.because);
        read.earlier = await readEarlier(git, commits);
      },
    },
  ];
  if (target !== undefined)
    works.push({
      title: `ask stage ${target.stage} what it serves`,
      work: async () => {
        read.deployed = await phasesOfDeployed(root, target);
      },
    });
  await tasks.together(works);
  const { candidate, earlier, deployed } = read;
  // A task list that comes back has done all its tasks.
  if (candidate === undefined || earlier === undefined) throw new TypeError('expected every task to be done');
  if (target !== undefined && !commits.known && deployed?.some(({ served }) => served.known))
    throw new GateError(
      `stage ${target.stage} serves something, and which code that is cannot be told: ${commits.because}`,
    );
  const releases = earlier.map(({ served, phases }) => ({ candidate, served, phases: deployed ?? phases }));
  return { releases, candidateName: candidate.name, servedName: await servedNameOf(request, deployed ?? []) };
};
