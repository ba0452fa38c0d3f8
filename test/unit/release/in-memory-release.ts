import type { CanaryJudge } from '../../../lambdas/release/canary-judge.port';
import { type CanaryVerdict, type ServedSample } from '../../../lambdas/release/canary-verdict';
import type { FunctionVersions, VersionAnswer } from '../../../lambdas/release/function-versions.port';
import { emptyHistogram } from '../../../lambdas/release/latency-histogram';
import { UnknownRolloutError } from '../../../lambdas/release/release.errors';
import type { Rollout, RolloutHook, Rollouts } from '../../../lambdas/release/rollouts.port';
import type { VerdictReport } from '../../../lambdas/release/verdict-report.port';
import type { ServedVersion, VersionMetrics } from '../../../lambdas/release/version-metrics.port';
import type { ApiEvent } from '../../../lambdas/shared/api-event';

/** A rollout of the operation that is asked about most. */
export const rollout: Rollout = {
  deploymentId: 'd-EXAMPLE01',
  operation: 'readOrder',
  functionName: 'tenfold-read-order',
  alias: 'live',
  currentVersion: '7',
  targetVersion: '8',
};

/** The hook of it that waits. */
export const hook: RolloutHook = { deploymentId: rollout.deploymentId, hookExecutionId: 'hook-1' };

/** Rollouts in memory, with what was answered to their hooks. */
export class InMemoryRollouts implements Rollouts {
  readonly reports: (RolloutHook & { readonly answer: string })[] = [];
  readonly stopped: string[] = [];

  constructor(
    private readonly rollouts: readonly Rollout[] = [rollout],
    private readonly returns: readonly string[] = [],
  ) {}

  async isReturn(deploymentId: string): Promise<boolean> {
    return Promise.resolve(this.returns.includes(deploymentId));
  }

  async find(deploymentId: string): Promise<Rollout> {
    const found = this.rollouts.find((one) => one.deploymentId === deploymentId);
    if (!found) throw new UnknownRolloutError(deploymentId, 'there is none');
    return Promise.resolve(found);
  }

  async report(reported: RolloutHook, answer: 'Succeeded' | 'Failed'): Promise<void> {
    this.reports.push({ ...reported, answer });
    return Promise.resolve();
  }

  async stop(deploymentId: string): Promise<'stopped' | 'ended'> {
    const outcome = this.stopped.includes(deploymentId) ? 'ended' : 'stopped';
    this.stopped.push(deploymentId);
    return Promise.resolve(outcome);
  }
}

/** Versions that answer what a test tells them to. */
export class InMemoryVersions implements FunctionVersions {
  readonly asked: { readonly version: string; readonly event: ApiEvent }[] = [];

  constructor(private readonly answer: (version: string, event: ApiEvent) => Promise<VersionAnswer>) {}

  async ask(_: string, version: string, event: ApiEvent): Promise<VersionAnswer> {
    this.asked.push({ version, event });
    return this.answer(version, event);
  }
}

/** A judge that records what a test tells it to. */
export class InMemoryJudge implements CanaryJudge {
  readonly started: { readonly rollout: Rollout; readonly from: Date }[] = [];

  constructor(private readonly recorded: Awaited<ReturnType<CanaryJudge['verdictOf']>> = 'none') {}

  async start(started: Rollout, from: Date): Promise<void> {
    this.started.push({ rollout: started, from });
    return Promise.resolve();
  }

  async verdictOf(): ReturnType<CanaryJudge['verdictOf']> {
    return Promise.resolve(this.recorded);
  }
}

/** What customers met, by version. */
export class InMemoryMetrics implements VersionMetrics {
  readonly ranges: { readonly from: Date; readonly to: Date }[] = [];

  constructor(private readonly samples: { readonly [version: string]: ServedSample } = {}) {}

  async sampleOf({ version }: ServedVersion, range: { readonly from: Date; readonly to: Date }): Promise<ServedSample> {
    this.ranges.push(range);
    return Promise.resolve(this.samples[version] ?? { requests: 0, failures: 0, refusals: 0, latency: emptyHistogram });
  }
}

/** Verdicts that were reported. */
export class InMemoryReport implements VerdictReport {
  readonly verdicts: string[] = [];

  judged(operation: string, verdict: CanaryVerdict['verdict']): void {
    this.verdicts.push(`${operation} ${verdict}`);
  }
}
