import * as z from 'zod/mini';
import { maximumWindows, type ServedSample } from '../../../lambdas/release/canary-verdict';
import { exerciseMilliseconds, exerciseVersion } from '../../../lambdas/release/exercise-version.use-case';
import type { VersionAnswer } from '../../../lambdas/release/function-versions.port';
import { judgeRequest } from '../../../lambdas/release/judge-canary.contract';
import { judgeCanary, probesPerWindow } from '../../../lambdas/release/judge-canary.use-case';
import { histogramOf } from '../../../lambdas/release/latency-histogram';
import type { Probe } from '../../../lambdas/release/probe';
import { requireVerdict } from '../../../lambdas/release/require-verdict.use-case';
import { stopRollout } from '../../../lambdas/release/stop-rollout.use-case';
import { recordingLog } from '../shared/messages';
import {
  hook,
  InMemoryJudge,
  InMemoryMetrics,
  InMemoryReport,
  InMemoryRollouts,
  InMemoryVersions,
  rollout,
} from './in-memory-release';

const now = new Date('2026-11-26T12:00:00.000Z');
const clock = { now: () => now };
/** A timer by which nothing is ever late. */
const patient = { after: () => new Promise<void>(() => undefined) };
/** A timer by which everything is. */
const impatient = { after: () => Promise.resolve() };

const probe = (name: string): Probe => ({
  name,
  method: 'GET',
  resource: '/v1/orders/{orderId}',
  isPublic: false,
  pathParameters: { orderId: name },
  answer: { status: 404, schema: z.strictObject({ title: z.string() }) },
});
const probes = { readOrder: [probe('unknown'), probe('rare')] };

const fits = (milliseconds = 20): VersionAnswer => ({
  kind: 'answered',
  payload: { statusCode: 404, body: '{"title":"Not found"}' },
  milliseconds,
});
const breaks: VersionAnswer = { kind: 'answered', payload: { statusCode: 500, body: '{}' }, milliseconds: 20 };
const answering = (answer: VersionAnswer) => () => Promise.resolve(answer);

describe('before traffic, a new version', () => {
  const exercise = async (more: Partial<Parameters<typeof exerciseVersion>[0]> = {}) => {
    const [rollouts, judge, log] = [new InMemoryRollouts(), new InMemoryJudge(), recordingLog()];
    const versions = new InMemoryVersions(answering(fits()));
    const deps = { probes, rollouts, versions, judge, timer: patient, clock, log, ...more };
    await exerciseVersion(deps)(hook);
    const refused = log.lines.find(({ message }) => message === 'version refused')?.details;
    return { rollouts, judge, versions, why: String((refused as { error?: unknown } | undefined)?.error) };
  };

  it('gets it once it has answered every probe, and the judge has begun', async () => {
    const { rollouts, judge, versions } = await exercise();
    expect(rollouts.reports).toEqual([{ ...hook, answer: 'Succeeded' }]);
    expect(judge.started).toEqual([{ rollout, from: now }]);
    expect(versions.asked.map(({ version, event }) => `${version} ${event.pathParameters?.['orderId']}`)).toEqual([
      '8 unknown',
      '8 rare',
    ]);
  });

  it('that breaks one path that nobody has taken yet does not get it, and it is said which', async () => {
    const versions = new InMemoryVersions((_, { pathParameters }) =>
      Promise.resolve(pathParameters?.['orderId'] === 'rare' ? breaks : fits()),
    );
    const { rollouts, judge, why } = await exercise({ versions });
    expect(rollouts.reports).toEqual([{ ...hook, answer: 'Failed' }]);
    expect(judge.started).toEqual([]);
    expect(why).toBe(
      'VersionRefusedError: version 8 does not answer as the contract says: "rare": got status 500: {}; expected status 404 with its body',
    );
  });

  it.each([
    [
      'throws',
      { versions: new InMemoryVersions(answering({ kind: 'failed', why: 'Unhandled: boom', milliseconds: 1 })) },
      'got Unhandled: boom; expected status 404',
    ],
    [
      'does not answer',
      { versions: new InMemoryVersions(() => new Promise(() => undefined)), timer: impatient },
      `ExerciseTooSlowError: version 8 has not answered its probes within ${exerciseMilliseconds} ms`,
    ],
    [
      'answers what nobody can ask about',
      { probes: { placeOrder: [] } },
      'UnprobedOperationError: there are no probes for readOrder; expected a deployment group named after one of placeOrder',
    ],
    ['is of a deployment that is none', { rollouts: new InMemoryRollouts([]) }, 'UnknownRolloutError'],
    [
      'would not be judged',
      {
        judge: Object.assign(new InMemoryJudge(), { start: () => Promise.reject(new Error('no such state machine')) }),
      },
      'no such state machine',
    ],
  ])('that %s is refused, and the rollout is told so', async (_, more, message) => {
    const { rollouts, why } = await exercise(more);
    const told = 'rollouts' in more ? more.rollouts : rollouts;
    expect(told.reports).toEqual([{ ...hook, answer: 'Failed' }]);
    expect(why).toContain(message);
  });

  it('that is an old one, given its traffic back, gets it without being asked anything', async () => {
    const rollouts = new InMemoryRollouts([], [hook.deploymentId]);
    const { versions, judge } = await exercise({ rollouts });
    expect(rollouts.reports).toEqual([{ ...hook, answer: 'Succeeded' }]);
    expect([versions.asked, judge.started]).toEqual([[], []]);
  });

  it('fails aloud when the rollout cannot be told, so that Lambda calls again', async () => {
    const rollouts = Object.assign(new InMemoryRollouts(), { report: () => Promise.reject(new Error('throttled')) });
    await expect(exercise({ rollouts })).rejects.toThrow('throttled');
  });
});

describe('after traffic, a new version', () => {
  it.each([
    ['promote', 'Succeeded'],
    ['roll-back', 'Failed'],
    ['not-yet', 'Failed'],
    ['none', 'Failed'],
    ['failed', 'Failed'],
  ] as const)('with the verdict "%s" has %s', async (recorded, answer) => {
    const rollouts = new InMemoryRollouts();
    await requireVerdict({ rollouts, judge: new InMemoryJudge(recorded), log: recordingLog() })(hook);
    expect(rollouts.reports).toEqual([{ ...hook, answer }]);
  });

  it('that is an old one, given its traffic back, needs no verdict', async () => {
    const rollouts = new InMemoryRollouts([], [hook.deploymentId]);
    await requireVerdict({ rollouts, judge: new InMemoryJudge('none'), log: recordingLog() })(hook);
    expect(rollouts.reports).toEqual([{ ...hook, answer: 'Succeeded' }]);
  });

  it('does not stay when nobody knows the verdict', async () => {
    const [rollouts, log] = [new InMemoryRollouts(), recordingLog()];
    const judge = { verdictOf: () => Promise.reject(new Error('access denied')) };
    await requireVerdict({ rollouts, judge, log })(hook);
    expect(rollouts.reports).toEqual([{ ...hook, answer: 'Failed' }]);
    expect(log.lines).toEqual([expect.objectContaining({ level: 'error', message: 'version not promoted' })]);
  });
});

test('a rollout is stopped once, however often it is asked', async () => {
  const rollouts = new InMemoryRollouts();
  const stop = stopRollout({ rollouts, log: recordingLog() });
  const request = { deploymentId: rollout.deploymentId, why: 'real requests are slower' };
  expect([await stop(request), await stop(request)]).toEqual([{ outcome: 'stopped' }, { outcome: 'ended' }]);
});

describe('the judge', () => {
  const sample = (requests: number, failures: number): ServedSample => ({
    requests,
    failures,
    refusals: 0,
    latency: histogramOf(Array.from({ length: requests }, (_, index) => 10 + (index % 50))),
  });
  const served = { 7: sample(9000, 9), 8: sample(1000, 1) };
  const request = { ...rollout, from: now.toISOString(), window: 1 };
  const steady = () => {
    let asked = 0;
    return new InMemoryVersions(() => {
      asked += 1;
      return Promise.resolve(fits(10 + (asked % 40)));
    });
  };
  const setUp = (more: Partial<Parameters<typeof judgeCanary>[0]> = {}) => {
    const [report, log, versions] = [new InMemoryReport(), recordingLog(), steady()];
    const metrics = new InMemoryMetrics(served);
    const deps = { windowSeconds: 300, probes, metrics, versions, report, timer: patient, log, ...more };
    return { report, log, versions, metrics, judge: judgeCanary(deps) };
  };

  it('promotes a version that does as well, and records the numbers in answer, log and metric', async () => {
    const { judge, report, log } = setUp();
    const answer = await judge(request);
    expect(answer).toMatchObject({
      verdict: 'promote',
      decidedBy: 'real',
      real: { requests: { old: 9000, new: 1000 }, failures: { old: 9, new: 1 } },
      synthetic: { requests: { old: probesPerWindow, new: probesPerWindow } },
    });
    expect(report.verdicts).toEqual(['readOrder promote']);
    expect(log.lines).toEqual([
      {
        level: 'info',
        message: 'canary judged',
        details: expect.objectContaining({ verdict: 'promote', real: answer.real, deploymentId: 'd-EXAMPLE01' }),
      },
    ]);
  });

  it('looks at all windows that have passed, of both versions alike', async () => {
    const { judge, metrics } = setUp();
    await judge({ ...request, window: 2 });
    const range = { from: now, to: new Date('2026-11-26T12:10:00.000Z') };
    expect(metrics.ranges).toEqual([range, range]);
  });

  it('asks both versions every probe equally often', async () => {
    const { judge, versions } = setUp();
    await judge(request);
    const counts = new Map<string, number>();
    for (const { version, event } of versions.asked) {
      const key = `${version} ${event.pathParameters?.['orderId']}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([150, 150, 150, 150]);
  });

  it('without any traffic holds the version for a window, and promotes it on twice as many probes', async () => {
    const { judge } = setUp({ metrics: new InMemoryMetrics() });
    const first = await judge(request);
    expect(first).toMatchObject({ verdict: 'inconclusive', decidedBy: 'synthetic' });
    // As the workflow carries it: through JSON.
    const carried = judgeRequest.parse(JSON.parse(JSON.stringify({ ...request, window: 2, synthetic: first.probed })));
    expect(await judge(carried)).toMatchObject({
      verdict: 'promote',
      decidedBy: 'synthetic',
      synthetic: { requests: { old: 2 * probesPerWindow, new: 2 * probesPerWindow } },
    });
  });

  it('rolls back a version that answers probes with failures, throws among them', async () => {
    const versions = new InMemoryVersions((version) =>
      Promise.resolve(version === '8' ? { kind: 'failed', why: 'boom', milliseconds: 20 } : fits()),
    );
    const { judge } = setUp({ versions, metrics: new InMemoryMetrics() });
    expect(await judge(request)).toMatchObject({
      verdict: 'roll-back',
      because: ['synthetic requests fail more often: 300 against 0'],
      faults: { old: [], new: ['"rare": boom', '"unknown": boom'] },
    });
  });

  it('stops asking when its time is over, and promotes nothing on what it has', async () => {
    const versions = new InMemoryVersions(() => new Promise(() => undefined));
    const { judge } = setUp({ versions, timer: impatient, metrics: new InMemoryMetrics() });
    expect(await judge({ ...request, window: maximumWindows })).toMatchObject({
      verdict: 'roll-back',
      synthetic: { requests: { old: 0, new: 0 } },
    });
  });

  it('gives no verdict when it cannot read what customers met', async () => {
    const metrics = { sampleOf: () => Promise.reject(new Error('access denied')) };
    await expect(setUp({ metrics }).judge(request)).rejects.toThrow('access denied');
  });

  it('gives no verdict about a function that it cannot ask', async () => {
    await expect(setUp().judge({ ...request, operation: 'greet' })).rejects.toThrow('there are no probes for greet');
  });
});
