import { randomUUID } from 'node:crypto';
import { StageConfigError } from '../lib/app/stage-config';
import { writeDeployedSources } from './deployment/deployed-sources';
import { sourceDigest } from './deployment/source-digest';
import { exclusively } from './exclusive';
import { placeOfStage } from './operator/deployment-of-stage';
import { projectRoot } from './paths';
import { abortTrain } from './release/abort-train';
import { backFirst } from './release/back-first';
import { wrongIn } from './release/bake-wave';
import { runningUnlessOther } from './release/begin-train';
import { leaveTrain } from './release/drive-train';
import { promoteTrain, takeStep } from './release/promote-train';
import { ReleaseRefusalError, TrainAbortedError, TrainStoppedError } from './release/release.errors';
import {
  parseReleaseRequest,
  RELEASE_USAGE,
  type ReleaseCommand,
  type ReleaseRequest,
} from './release/release-command';
import { type ReleaseOfStage, releaseOfStage } from './release/release-of-stage';
import { abortText, planText, type RegionState, statusText } from './release/release-text';
import { revisionOfSources } from './release/source-revision';
import { runCommand } from './terminal/run-command';
import { taskListOn } from './terminal/task-list';

type Promotion = Extract<ReleaseCommand, { kind: 'promote' }>;

const tasks = taskListOn(process.stdout);

const plan = async (release: ReleaseOfStage, assembly?: string) => {
  const planned: Awaited<ReturnType<ReleaseOfStage['plan']>>[] = [];
  const work = async (note: (line: string) => void) => void planned.push(await release.plan(note, assembly));
  await tasks.inOrder([{ title: 'plan the train', work }]);
  const [deps] = planned;
  if (deps === undefined) throw new Error('the task list did not do its task');
  return deps;
};

const stateOf = async ({ watchOf, rolloutsOf }: ReleaseOfStage, region: string): Promise<RegionState> => ({
  region,
  // Not known, which the status says.
  rollouts: await rolloutsOf(region)
    .inProgress()
    .catch(() => undefined),
  troubles: (await wrongIn(watchOf(region))).map(({ text }) => text),
});

interface Drive extends ReleaseRequest {
  readonly command: Promotion;
  /** Whose train it is. */
  readonly id: string;
}

const drive = async ({ stage, assembly, command, id }: Drive, release: ReleaseOfStage): Promise<void> => {
  const leave = async () => {
    if (!(await leaveTrain(release, id))) process.exit(130);
    console.log(
      '\nno further stack begins; those that are under way go on by themselves. The same command goes on here',
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void leave());
  const sources = await sourceDigest();
  const deps = await plan(release, assembly);
  const wish = {
    id,
    revision: command.revision ?? (await revisionOfSources(projectRoot)),
    despiteAlarms: command.despiteAlarms,
  };
  if (command.step !== undefined) {
    await takeStep(deps, wish, command.step, tasks);
    return;
  }
  const { back } = command;
  await promoteTrain(back === undefined ? deps : { ...deps, plan: backFirst(deps.plan, back) }, wish, tasks);
  // npm start then knows that it has nothing to deploy.
  if (stage === 'local') await writeDeployedSources(await placeOfStage(stage), sources);
};

/** `npm run release`: brings these sources to a stage, region by region. */
const main = async (): Promise<number> => {
  const request = parseReleaseRequest(process.argv.slice(2));
  const { command, stage, assembly } = request;
  if (command.kind === 'help' || command.kind === 'mistake') {
    if (command.kind === 'mistake') console.error(`${command.explanation}\n`);
    console.log(RELEASE_USAGE);
    return command.kind === 'help' ? 0 : 2;
  }
  const release = await releaseOfStage(stage);
  const { log, regions, waves, bakeMinutes } = release;
  switch (command.kind) {
    case 'plan': {
      const deps = await plan(release, assembly);
      const deployed = await release.stacks.deployed(deps.plan.flatMap(({ stacks }) => stacks));
      console.log(`\n${planText(deps.plan, deployed, bakeMinutes)}`);
      return 0;
    }
    case 'status': {
      const [running, progress, last, records] = await Promise.all([
        log.running(),
        log.progress(),
        log.last(),
        log.waves(),
      ]);
      const states = await Promise.all(regions.map((region) => stateOf(release, region)));
      console.log(statusText({ running, progress, last, waves, records, regions: states, now: new Date() }));
      return 0;
    }
    case 'promote': {
      const id = command.train ?? randomUUID();
      // Before anything that takes its time.
      await runningUnlessOther(release, id);
      const work = () => drive({ ...request, command, id }, release);
      // Whoever brings the local cloud up writes to the same assembly.
      await (stage === 'local' ? exclusively('bring-up', work) : work());
      return 0;
    }
    case 'abort': {
      const aborted = await abortTrain(release, regions, command.reason);
      console.log(abortText(aborted));
      return aborted.some(({ failures }) => failures.length > 0) ? 1 : 0;
    }
  }
};

runCommand(main, [ReleaseRefusalError, TrainStoppedError, TrainAbortedError, StageConfigError]);
