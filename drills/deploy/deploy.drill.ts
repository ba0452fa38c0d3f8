import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../local/in-parallel';
import type { Drill, DrillRun, Findings, Restore } from '../harness/drill';
import type { Figure } from '../harness/figure';
import type { Mutation } from '../harness/mutation';
import { bundleVariant, publishVersion, rememberFunction } from '../harness/variant';
import { loadDrillCatalogue } from '../saga/drill-catalogue';
import { isEnd, waitForEnds } from '../saga/wait-for-ends';
import { changeFlagsUnderLoad } from './change-flags';
import { countEnds } from './count-ends';
import { countRollouts, type ReleasedVersion } from './count-rollouts';
import { type MixedLoad, startMixedLoad } from './mixed-load';
import { badVersions, markedAs } from './mutations';
import { expanded, type FormsChange, orderFunctions, putForms } from './order-forms';
import { plotVersions } from './plot-versions';
import { deployProtections } from './protections';
import { confirmedOldOrder, copyOrders, countForms, readOrders, rewriteOrders } from './rewrite-orders';
import { type Operation, operations, Releases, type Rollout } from './rollout';
import { simulateVerdicts } from './simulate-verdicts';

/** A version to release. */
interface Candidate {
  readonly version: string;
  readonly operation: Operation;
  readonly mutations: readonly Mutation[];
  readonly isGood: boolean;
  readonly isRare?: boolean;
}

const good: Candidate = { version: 'good', operation: 'placeOrder', mutations: [], isGood: true };
const goodThin: Candidate = { version: 'good-thin', operation: 'cancelOrder', mutations: [], isGood: true };
const slow: Candidate = { version: 'slow', operation: 'readOrder', mutations: badVersions.slow, isGood: false };
const rare: Candidate = {
  ...{ version: 'rare-path', operation: 'readOrder', mutations: badVersions.rarePath },
  ...{ isGood: false, isRare: true },
};
const refusing: Candidate = {
  ...{ version: 'refusing', operation: 'readOrder', mutations: badVersions.refusing, isGood: false },
};
const failing: Candidate = {
  ...{ version: 'failing', operation: 'placeOrder', mutations: badVersions.failing, isGood: false },
};
const failingThin: Candidate = { ...failing, version: 'failing-thin', operation: 'cancelOrder' };
const newForms: readonly Candidate[] = (['placeOrder', 'readOrder'] as const).map((operation) => ({
  ...{ version: 'new-form', operation, mutations: [], isGood: true },
}));

/** What a run without a protection releases. */
const aimedAt: ReadonlyMap<string, readonly Candidate[]> = new Map([
  ['judge', [failing, failingThin]],
  ['exercise', [rare]],
]);

/** Protections of a change of form. */
const aboutForms: ReadonlySet<string> = new Set(['both-forms', 'rewrite-condition']);

const fault = {
  bad: 'versions that fail, are slow or refuse, on trial with customers',
  rare: 'versions that break a rare path, sent to their first traffic',
  kills: 'processes of the backfill killed',
  alarm: 'alarms that rang about a flag under way',
} as const;

/** Clients that ask at the same time. */
const CLIENTS = 6;
/** Orders of the old form beside those of the clients: a backfill then lasts long enough to be killed. */
const OLD_ORDERS = 600;
const KILLS = 10;
/** What the judge of the local stage bears: its windows are not played faster. */
const TIMES_AS_FAST = 12;
const WARM_UP_MILLISECONDS = 5_000;

/** Publishes candidates, and releases them one by one. */
class Candidates {
  readonly released: ReleasedVersion[] = [];
  readonly #versions = new Map<Candidate, string>();

  constructor(
    private readonly drill: DrillRun,
    private readonly releases: Releases,
  ) {}

  /** Builds and publishes; no alias routes there yet. @param environmentOf of a function's version. @default what the function has */
  async publish(
    candidates: readonly Candidate[],
    environmentOf: (functionName: string) => Readonly<Record<string, string>> | undefined = () => undefined,
  ): Promise<void> {
    const { system } = this.drill;
    for (const candidate of candidates) {
      const entry = operations[candidate.operation];
      const bundles = await bundleVariant({
        name: `deploy-${candidate.version}-${candidate.operation}`,
        functions: [entry],
        mutations: [markedAs(candidate.version), ...candidate.mutations],
      });
      const environment = environmentOf(await system.functionName(entry));
      this.#versions.set(candidate, await publishVersion(system, entry, bundles, environment));
    }
  }

  async release(candidate: Candidate): Promise<Rollout> {
    const { version, operation, isGood, isRare = false } = candidate;
    const published = this.#versions.get(candidate);
    if (published === undefined) throw new TypeError(`${version} of ${operation} was not published`);
    if (isRare) this.drill.faults.happened(fault.rare);
    const rollout = await this.releases.release(operation, version, published);
    if (!isGood && !isRare && rollout.shifted !== undefined) this.drill.faults.happened(fault.bad);
    this.released.push({ rollout, isGood, isRare });
    const { status, why, judgement } = rollout;
    const judged = judgement && `${judgement.verdict} after ${judgement.windows}: ${judgement.because.join('; ')}`;
    this.drill.progress.note(`${version} of ${operation}: ${[status, why, judged].filter(Boolean).join(', ')}`);
    return rollout;
  }
}

/** Shifts to the new form of orders, rewrites the old ones, and counts what is left of them. */
const changeForm = async (
  { system, progress, faults, sabotage, random }: DrillRun,
  candidates: Candidates,
  earlier: FormsChange,
  load: MixedLoad,
): Promise<readonly Figure[]> => {
  const isFull = sabotage === undefined;
  progress.phase(`store ${OLD_ORDERS} more orders in the old form`);
  const copies = await copyOrders(system, await confirmedOldOrder(system), OLD_ORDERS);
  const chosen = isFull ? newForms : newForms.filter(({ operation }) => operation === 'readOrder');
  await candidates.publish(chosen, (name) => earlier.environments.get(name));
  const before = await readOrders(system);

  progress.phase('release the version that writes the new form, while the old one goes on');
  await Promise.all(chosen.map((candidate) => candidates.release(candidate)));
  // The rest of ordering follows at once: it reads both forms already.
  const rest = await putForms(system, { reads: [2, 3], writes: 3 }, await orderFunctions(system));
  try {
    progress.phase('rewrite the orders of the old form while they change, and kill whoever does it');
    const reasons = await rewriteOrders(system, {
      ...{ copies, random: random.fork('changes'), kills: isFull ? KILLS : 0 },
      onKill: () => faults.happened(fault.kills),
    });
    await load.stop();
    progress.phase('wait for the ends of all orders');
    const ends = await waitForEnds(system, load.taken, { isFinished: isEnd, timeoutSeconds: isFull ? 60 : 10 });
    const placed = load.taken.map(({ orderId }) => orderId);
    return [...countForms({ before, copies, placed, reasons }, await readOrders(system)), ...countEnds(load, ends)];
  } finally {
    await rest.restore();
  }
};

const run = async (drill: DrillRun): Promise<Findings> => {
  const { system, random, progress, faults, sabotage } = drill;
  const { cloud } = system;
  const control = cloud.local?.control;
  if (control === undefined) throw new TypeError('expected the embedded cloud of this machine');
  const isFull = sabotage === undefined;
  // A run without one protection is aimed at what that one protects.
  const hasForms = isFull || aboutForms.has(sabotage);
  const aimed = isFull ? [slow, rare, refusing, failing, failingThin] : (aimedAt.get(sabotage) ?? []);
  faults.expect(fault.bad, aimed.filter(({ isRare = false }) => !isRare).length);
  faults.expect(fault.rare, aimed.filter(({ isRare = false }) => isRare).length);
  faults.expect(fault.kills, isFull ? KILLS : 0);
  faults.expect(fault.alarm, isFull ? 1 : 0);

  const restores: Restore[] = [];
  const undo = async (): Promise<void> => {
    for (const restore of restores.splice(0).toReversed()) await restore();
  };
  try {
    const { deployments } = await control.status();
    restores.push(async () => {
      await control.putDeploymentPace(deployments.timesAsFast);
    });
    await control.putDeploymentPace(TIMES_AS_FAST);

    progress.phase("put the drill's own goods on the shelves");
    const catalogue = await loadDrillCatalogue(system, random.fork('catalogue'));
    progress.phase('have ordering write the old form of orders, and build the versions to release');
    const before = await putForms(system, expanded, await orderFunctions(system));
    restores.push(before.restore);
    for (const entry of Object.values(operations)) restores.push(await rememberFunction(system, entry));
    const candidates = new Candidates(drill, new Releases(system, TIMES_AS_FAST));
    await candidates.publish([...(isFull ? [good, goodThin] : []), ...aimed]);

    const startedAt = Date.now();
    const load = startMixedLoad(cloud, { random: random.fork('load'), catalogue, clients: CLIENTS });
    restores.push(load.stop);
    progress.phase('let clients place, read and cancel orders');
    await sleep(WARM_UP_MILLISECONDS);
    let flagsCounted: readonly Figure[] = [];
    if (isFull) {
      progress.phase('release a good version, and meanwhile four that are bad');
      await Promise.all([
        candidates.release(good),
        inParallel([slow, rare, refusing], 1, (candidate) => candidates.release(candidate)),
        candidates.release(failingThin),
      ]);
      progress.phase('release one that fails, and change flags meanwhile');
      const systems = (cloud.local?.regions ?? []).map(({ region }) => system.inRegion(region));
      [flagsCounted] = await Promise.all([
        changeFlagsUnderLoad(systems, () => faults.happened(fault.alarm)),
        candidates.release(failing),
      ]);
    } else if (aimed.length > 0) {
      progress.phase('release versions that must not be promoted');
      await Promise.all(aimed.map((candidate) => candidates.release(candidate)));
    }
    const [formsCounted] = await Promise.all([
      hasForms ? changeForm(drill, candidates, before, load) : [],
      ...(isFull ? [candidates.release(goodThin)] : []),
    ]);
    await load.stop();

    const { attempts } = load;
    const { released } = candidates;
    const rollouts = released.map(({ rollout }) => rollout);
    return {
      figures: [
        ...countRollouts(attempts, released, startedAt),
        ...formsCounted,
        ...flagsCounted,
        ...(isFull ? simulateVerdicts(random.integer(0, 1_000_000)) : []),
      ],
      plots: (['placeOrder', 'readOrder', 'cancelOrder'] as const).map((operation) =>
        plotVersions(operation, attempts, rollouts, startedAt),
      ),
      notes: released.map(({ rollout: { version, operation, status, judgement } }) =>
        judgement === undefined
          ? `${version} of ${operation}: ${status}, before it got any traffic`
          : `${version} of ${operation}: ${status}; ${judgement.verdict} by ${judgement.decidedBy} traffic in window ${judgement.windows}: ${judgement.because.join('; ')}`,
      ),
    };
  } finally {
    progress.phase('put every version back');
    await undo();
  }
};

/** System 2: deploys that nobody notices. */
export const deployDrill: Drill = {
  name: 'deploy',
  claim:
    'A good version and a new form of stored orders reach all traffic without a failed request; a bad version or flag reaches a tenth of it at most, and is sent back.',
  protections: deployProtections,
  localOnly: 'it releases versions that fail on purpose, and their schedules are played faster than on AWS',
  run,
};
