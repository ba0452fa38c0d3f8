import { withAborted } from '../../../../local/release/aborted-trains';
import type { RegionWatch, Trouble } from '../../../../local/release/region-watch.port';
import type { Rollout, Rollouts } from '../../../../local/release/rollouts.port';
import type { DeploymentOptions, StageStacks } from '../../../../local/release/stage-stacks.port';
import type { TrainDeps } from '../../../../local/release/train-deps';
import type { Train, TrainEnding, TrainLog, TrainProgress, WaveRecord } from '../../../../local/release/train-log.port';
import { type PlannedStack, planTrain, type TrainStack } from '../../../../local/release/train-plan';

/** A train's log that is kept in memory. */
export class InMemoryTrainLog implements TrainLog {
  train: Train | undefined;
  ending: TrainEnding | undefined;
  at: TrainProgress | undefined;
  abortedIds: readonly string[] = [];
  records: Record<string, WaveRecord> = {};

  running = async () => this.train;
  last = async () => this.ending;
  aborted = async () => this.abortedIds;
  progress = async () => this.at;
  waves = async () => this.records;

  async begin(train: Train): Promise<boolean> {
    if (this.train !== undefined) return false;
    this.train = train;
    return true;
  }

  async end(ending: TrainEnding): Promise<void> {
    this.abortedIds = withAborted(this.abortedIds, ending);
    this.ending = ending;
    this.train = undefined;
    this.at = undefined;
  }

  async report(progress: TrainProgress): Promise<void> {
    this.at = progress;
  }

  async record(wave: string, record: WaveRecord): Promise<void> {
    this.records = { ...this.records, [wave]: record };
  }
}

/** A region that is as well as it is told to be. */
export class InMemoryRegionWatch implements RegionWatch {
  wrong: Trouble[] = [];
  cannotBeRead = false;
  serves = false;
  looks = 0;

  constructor(readonly region: string) {}

  isServing = async () => this.serves;

  async troubles(): Promise<readonly Trouble[]> {
    this.looks += 1;
    if (this.cannotBeRead) throw new Error('access denied');
    return this.wrong;
  }
}

export class InMemoryRollouts implements Rollouts {
  underWay: Rollout[] = [];
  cannotBeStopped = false;
  readonly stopped: string[] = [];

  constructor(readonly region: string) {}

  inProgress = async () => this.underWay;

  async stop(deploymentId: string): Promise<void> {
    if (this.cannotBeStopped) throw new Error('away');
    this.stopped.push(deploymentId);
  }
}

/** Stacks that are deployed at once, and a diary of it. */
export class InMemoryStageStacks implements StageStacks {
  readonly there = new Map<string, string>();
  readonly diary: string[][] = [];
  /** Those of the diary that were deployed although their templates were as they should be. */
  readonly forced: string[][] = [];
  /** What stacks put out, by `<stack>.<output>`. */
  readonly outputs = new Map<string, string>();
  /** Done in place of a deployment. */
  instead: ((options: DeploymentOptions) => Promise<void>) | undefined;

  async deployed(stacks: readonly TrainStack[]): Promise<ReadonlyMap<string, string>> {
    return new Map(stacks.flatMap(({ id }) => (this.there.has(id) ? [[id, this.there.get(id) ?? '']] : [])));
  }

  async digestOfReads(stacks: readonly TrainStack[]): Promise<string> {
    const read = stacks.flatMap(({ reads }) => reads).map(({ stackName, output }) => `${stackName}.${output}`);
    return read.map((name) => `${name}=${this.outputs.get(name) ?? ''}`).join();
  }

  async deploy(stacks: readonly TrainStack[], options: DeploymentOptions): Promise<void> {
    const ids = stacks.map(({ id }) => id);
    this.diary.push(ids);
    if (options.force) this.forced.push(ids);
    if (this.instead) await this.instead(options);
    for (const { id, digest } of stacks) this.there.set(id, digest);
  }
}

const stack = (id: string, code: string, ...dependencies: readonly string[]): PlannedStack => ({
  id,
  stackName: `Tenfold-Prod-${id.replace('/', '-')}`,
  region: id.startsWith('global/') ? 'us-east-1' : (id.split('/')[0] ?? ''),
  digest: `${id} of ${code}`,
  dependencies,
  reads: id.endsWith('/Service') ? [{ stackName: 'Data', region: id.slice(0, 2), output: 'Stream' }] : [],
});

/** A stage of two regions: `sa` makes the tables, `us` has replicas. */
export const twoRegions = (code: string): readonly PlannedStack[] => [
  stack('sa/Data', 'all', 'us/Key'),
  stack('us/Key', 'all'),
  stack('us/Data', 'all', 'sa/Data'),
  stack('sa/Service', code, 'sa/Data'),
  stack('us/Service', code, 'us/Data'),
  stack('global/Dns', 'all', 'sa/Service', 'us/Service'),
];

/** A minute of bake with a look every 10 seconds, in a time that passes only when somebody waits. */
export const trainOn = (code = 'v1') => {
  const log = new InMemoryTrainLog();
  const stacks = new InMemoryStageStacks();
  const watches = { us: new InMemoryRegionWatch('us'), sa: new InMemoryRegionWatch('sa') };
  const rollouts = { us: new InMemoryRollouts('us'), sa: new InMemoryRollouts('sa') };
  const clock = { now: Date.parse('2026-11-26T10:00:00Z'), whileWaiting: async () => undefined as unknown };
  const find = <T>(all: Readonly<Record<string, T>>, region: string): T => {
    const found = all[region];
    if (found === undefined) throw new Error(`no region ${region}`);
    return found;
  };
  const withCode = (next: string): TrainDeps => ({
    stage: 'prod',
    plan: planTrain(twoRegions(next), [['us'], ['sa']]),
    log,
    stacks,
    watchOf: (region) => find<RegionWatch>(watches, region),
    rolloutsOf: (region) => find<Rollouts>(rollouts, region),
    bakeMilliseconds: 60_000,
    lookMilliseconds: 10_000,
    time: {
      now: () => clock.now,
      pause: async (milliseconds) => {
        clock.now += milliseconds;
        await clock.whileWaiting();
      },
    },
    by: 'arn:of:ana',
  });
  return { deps: withCode(code), withCode, log, stacks, watches, rollouts, clock };
};
