import { FlagsFileError } from '../lib/app/flags-file';
import { StageConfigError } from '../lib/app/stage-config';
import { requireAccountOf } from './gate/account-of-stage';
import { GateError } from './gate/gate.errors';
import { GATE_USAGE, type GateRequest, parseGateRequest } from './gate/gate-command';
import { reportText } from './gate/gate-text';
import { GitRepository } from './gate/git-revision';
import { judgeRelease, mayBeReleased } from './gate/judge-release';
import { readRelease } from './gate/read-release';
import { known } from './gate/release';
import { type ServedCommits, servedCommits, trainOfStage } from './gate/served-commits';
import { projectRoot } from './paths';
import { runCommand } from './terminal/run-command';
import { silentTaskList, taskListOn } from './terminal/task-list';

const gate = async ({ stage, against, json }: Extract<GateRequest, { kind: 'gate' }>): Promise<number> => {
  if (stage !== undefined) await requireAccountOf(stage);
  const git = new GitRepository(projectRoot);
  const named = against === undefined ? undefined : await git.find(against);
  if (against !== undefined && named === undefined) {
    console.error(`--against ${against}: expected a commit, a tag or a branch of this repository`);
    return 2;
  }
  const train = stage && (await trainOfStage(stage));
  const served: ServedCommits =
    named === undefined ? await servedCommits(git, train) : { commits: known([named]), remarks: [] };
  const { commits, remarks } = served;
  const tasks = json ? silentTaskList() : taskListOn(process.stdout);
  const asked = { commits, tasks, ...(train && { deployed: { stage, train } }) };
  const { releases, candidateName, servedName } = await readRelease(git, asked);
  const pairs = judgeRelease(...releases);
  const isOpen = mayBeReleased(pairs);
  const held = { candidate: candidateName, served: servedName, remarks };
  const report = { ...held, mayBeReleased: isOpen, pairs };
  console.log(json ? JSON.stringify(report, undefined, 2) : `\n${reportText(pairs, held)}`);
  return isOpen ? 0 : 1;
};

/** `npm run gate`: whether code, flags, schema and contracts of a release fit together, and what is served. */
const main = async (): Promise<number> => {
  const request = parseGateRequest(process.argv.slice(2));
  switch (request.kind) {
    case 'mistake':
      console.error(`${request.explanation}\n`);
      console.log(GATE_USAGE);
      return 2;
    case 'help':
      console.log(GATE_USAGE);
      return 0;
    case 'gate':
      return gate(request);
  }
};

runCommand(main, [FlagsFileError, GateError, StageConfigError]);
