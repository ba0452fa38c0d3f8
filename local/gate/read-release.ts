import type { StageName } from '../../lib/app/stage-config';
import type { Task, TaskList } from '../terminal/task-list';
import type { Commit, GitRepository } from './git-revision';
import { readCandidate, readRevision } from './read-revision';
import { type Candidate, type Known, known, type Release, type Revision, type StagePhase } from './release';
import { phasesOfDeployed } from './served-stage';
import { phasesAgainst, phasesOfAll } from './stage-phases';

/** Which release is meant, and what it is held against. */
export interface ReleaseRequest {
  /** The deployed stage to ask. @default none: the commit says what is served */
  readonly stage?: StageName;
  readonly commit: Known<Commit>;
  readonly tasks: TaskList;
}

/** A release, and how to call what it is held against. */
export interface ReadRelease {
  readonly release: Release;
  readonly servedName: string;
}

/** What the commit has served, and the phases of all stages against it. */
interface Earlier {
  readonly served: Known<Revision>;
  readonly phases: readonly StagePhase[];
}

const readEarlier = (git: GitRepository, commit: Known<Commit>): Promise<Earlier> =>
  commit.known
    ? git.withFilesOf(commit.value, async (folder) => {
        const revision = await readRevision(folder, commit.value.name);
        return { served: known(revision), phases: await phasesAgainst(git.root, folder, revision) };
      })
    : Promise.resolve({ served: commit, phases: phasesOfAll(git.root, () => commit) });

const servedNameOf = (commit: Known<Commit>, { phases }: Release, stage: StageName | undefined): string => {
  const revision = commit.known ? commit.value.name : 'no earlier revision';
  if (stage === undefined) return revision;
  const regions = phases.flatMap(({ served }) => (served.known ? served.value.map(({ region }) => region) : []));
  const asked =
    regions.length > 0 ? `stage ${stage} in ${regions.join(' and ')}` : `stage ${stage}, which serves nothing`;
  return `${asked}, with the flag uses and contracts of ${revision}`;
};

/**
 * Reads the working tree, and what is served.
 * @throws GateError the stage cannot be asked
 */
export const readRelease = async (git: GitRepository, request: ReleaseRequest): Promise<ReadRelease> => {
  const [{ stage, commit, tasks }, { root }] = [request, git];
  const read: { candidate?: Candidate; earlier?: Earlier; deployed?: readonly StagePhase[] } = {};
  const works: Task[] = [
    {
      title: 'read the working tree',
      work: async () => {
        read.candidate = await readCandidate(root);
      },
    },
    {
      title: commit.known ? `read ${commit.value.name}` : 'look for what was released before',
      work: async (note) => {
        if (!commit.known) note(commit.because);
        read.earlier = await readEarlier(git, commit);
      },
    },
  ];
  if (stage !== undefined)
    works.push({
      title: `ask stage ${stage} what it serves`,
      work: async () => {
        read.deployed = await phasesOfDeployed(root, stage);
      },
    });
  await tasks.together(works);
  const { candidate, earlier, deployed } = read;
  // A task list that comes back has done all its tasks.
  if (candidate === undefined || earlier === undefined) throw new TypeError('expected every task to be done');
  const release = { candidate, served: earlier.served, phases: deployed ?? earlier.phases };
  return { release, servedName: servedNameOf(commit, release, stage) };
};
