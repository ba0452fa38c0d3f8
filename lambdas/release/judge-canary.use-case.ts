import type { Log } from '../shared/log.port';
import type { Timer } from '../shared/timer.port';
import { addSamples, type CanaryVerdict, decideVerdict, type VersionSample } from './canary-verdict';
import type { Compared } from './failure-ratio';
import type { FunctionVersions, VersionAnswer } from './function-versions.port';
import type { JudgeRequest } from './judge-canary.contract';
import { histogramOf } from './latency-histogram';
import { faultIn, type Probe, probeEvent } from './probe';
import { UnprobedOperationError } from './release.errors';
import type { VerdictReport } from './verdict-report.port';
import type { VersionMetrics } from './version-metrics.port';

/** What judge-canary works with. */
export interface JudgeCanaryDeps {
  readonly windowSeconds: number;
  /** By operation of the contract. */
  readonly probes: { readonly [operation: string]: readonly Probe[] };
  readonly metrics: VersionMetrics;
  readonly versions: FunctionVersions;
  readonly report: VerdictReport;
  readonly timer: Timer;
  readonly log: Log;
}

/** A verdict, and what the next window goes on with. */
export interface JudgeAnswer extends CanaryVerdict {
  /** What the versions answered to probes that they should not have: a few of each, for people. */
  readonly faults: Compared<readonly string[]>;
  readonly probed: Compared<VersionSample>;
}

/**
 * Requests to each version a window. A perfect record needs 249 to rule out the margin (`neededRequests`), so that one window is enough
 * for the probes, and two leave room for a few failures of both.
 */
export const probesPerWindow = 300;
/** Enough to be through in seconds, and few enough to leave the account's concurrency alone. */
const concurrency = 8;
/** How long probes go on in a window, in milliseconds: a version so slow that fewer are answered has fewer to show. */
export const probingMilliseconds = 45_000;

interface Outcome {
  /** Nothing when the probe was answered as the contract says. */
  readonly fault: string | undefined;
  readonly milliseconds: number;
}

/** So many different faults are told. */
const toldFaults = 3;

const faultOf = (probe: Probe, answer: VersionAnswer): string | undefined => {
  if (answer.kind === 'failed') return `"${probe.name}": ${answer.why}`;
  const fault = faultIn(probe, answer.payload);
  return fault && `"${probe.name}": got ${fault.got}; expected ${fault.expected}`;
};

const faultsOf = (outcomes: readonly Outcome[]): readonly string[] =>
  [...new Set(outcomes.flatMap(({ fault }) => fault ?? []))].toSorted().slice(0, toldFaults);

const sampleOf = (outcomes: readonly Outcome[]): VersionSample => ({
  requests: outcomes.length,
  failures: outcomes.filter(({ fault }) => fault !== undefined).length,
  latency: histogramOf(outcomes.map(({ milliseconds }) => milliseconds)),
});

/** Asks both versions the same, in turns, so that whatever else goes on meets both. */
const probeBoth = async (
  { versions, timer }: JudgeCanaryDeps,
  { functionName, currentVersion, targetVersion, deploymentId, window }: JudgeRequest,
  probes: readonly Probe[],
): Promise<Compared<readonly Outcome[]>> => {
  const outcomes: Compared<Outcome[]> = { old: [], new: [] };
  let next = 0;
  let isOver = false;
  const over = timer.after(probingMilliseconds).then(() => {
    isOver = true;
  });
  const ask = async (which: 'old' | 'new', probe: Probe, id: string) => {
    const version = which === 'old' ? currentVersion : targetVersion;
    const answer = await versions.ask(functionName, version, probeEvent(probe, `${id}-${which}`));
    outcomes[which].push({ fault: faultOf(probe, answer), milliseconds: answer.milliseconds });
  };
  const worker = async () => {
    while (next < probesPerWindow && !isOver) {
      const index = next;
      next += 1;
      const probe = probes[index % probes.length];
      if (probe === undefined) return;
      const id = `${deploymentId}-${window}-${index}`;
      const order = index % 2 === 0 ? (['old', 'new'] as const) : (['new', 'old'] as const);
      for (const which of order) await ask(which, probe, id);
    }
  };
  await Promise.race([Promise.all(Array.from({ length: concurrency }, worker)), over]);
  return { old: [...outcomes.old], new: [...outcomes.new] };
};

/**
 * Compares the two versions of a rollout over all windows that have passed: by customers' requests, and by as many of its own as a verdict
 * needs. Everything it looked at is in its answer.
 * @throws UnprobedOperationError nothing is known that the function could be asked
 * @throws MetricsUnavailableError what customers met cannot be read
 */
export const judgeCanary =
  (deps: JudgeCanaryDeps) =>
  async (request: JudgeRequest): Promise<JudgeAnswer> => {
    const { operation, functionName, alias, currentVersion, targetVersion, window } = request;
    const probes = deps.probes[operation];
    if (probes === undefined) throw new UnprobedOperationError(operation, Object.keys(deps.probes));
    const from = new Date(request.from);
    const to = new Date(from.getTime() + window * deps.windowSeconds * 1000);
    const served = (version: string) => deps.metrics.sampleOf({ functionName, alias, version }, { from, to });
    const [old, fresh, outcomes] = await Promise.all([
      served(currentVersion),
      served(targetVersion),
      probeBoth(deps, request, probes),
    ]);
    const probed = { old: sampleOf(outcomes.old), new: sampleOf(outcomes.new) };
    const faults = { old: faultsOf(outcomes.old), new: faultsOf(outcomes.new) };
    const earlier = request.synthetic;
    const synthetic = earlier
      ? { old: addSamples(earlier.old, probed.old), new: addSamples(earlier.new, probed.new) }
      : probed;
    const verdict = decideVerdict({ real: { old, new: fresh }, synthetic }, window);
    deps.report.judged(operation, verdict.verdict);
    const about = {
      deploymentId: request.deploymentId,
      operation,
      functionName,
      currentVersion,
      targetVersion,
      window,
    };
    deps.log.info('canary judged', { ...about, ...verdict, faults });
    return { ...verdict, faults, probed: synthetic };
  };
