import type { SwitchAction } from '../../../lambdas/regions/region-switch';
import { switchRegion } from '../../../lambdas/regions/switch-region.use-case';
import type { WorkflowRuns } from '../../../lambdas/regions/workflow-runs.port';
import type { RegionFence } from '../../../lambdas/shared/region-standing';
import { fenceOf } from '../shared/region-records';

const [here, other] = ['sa-east-1', 'us-east-1'];
const now = new Date('2026-11-23T08:00:00.000Z');

/** A region that a plan asks, and the workflow that it starts. */
const setUp = (fence?: RegionFence) => {
  const fences = new Map<string, RegionFence>(fence ? [[fence.region, fence]] : []);
  const started: { name: string; input: object }[] = [];
  const ended = new Set<string>();
  const runs: WorkflowRuns = {
    progressOf: async (prefix) => {
      const own = started.filter(({ name }) => name.startsWith(`${prefix}.`));
      if (own.some(({ name }) => !ended.has(name))) return 'running';
      return own.length > 0 ? 'succeeded' : 'none';
    },
    start: async (name, input) => void started.push({ name, input }),
  };
  const ledger = { recordsOf: async (region: string) => ({ lease: undefined, fence: fences.get(region) }) };
  const ask = (action: SwitchAction) => switchRegion({ here, other, ledger, runs, clock: { now: () => now } })(action);
  const succeed = () => started.forEach(({ name }) => ended.add(name));
  return { ask, started, succeed, fences };
};

describe('a Region switch plan', () => {
  it('has the other region evacuated, once, and hears that it is done when it is', async () => {
    const { ask, started, succeed, fences } = setUp();

    await expect(ask('evacuate-other')).rejects.toThrow('evacuate-other of us-east-1 is under way');
    fences.set(other, fenceOf(other, here));
    await expect(ask('evacuate-other')).rejects.toMatchObject({ name: 'SwitchUnderWayError' });
    succeed();

    expect(await ask('evacuate-other')).toEqual({ region: other, action: 'evacuate-other' });
    expect(started).toEqual([
      {
        name: `us-east-1-1-loss.${now.getTime()}`,
        input: expect.objectContaining({ region: other, successor: here, epoch: 1, lossDeclared: true }),
      },
    ]);
  });

  it('evacuates it under the next epoch when it was let back in since', async () => {
    const { ask, started } = setUp({ ...fenceOf(other, here), fenced: false, unfencedAt: '2026-11-22T08:00:00.000Z' });

    await expect(ask('evacuate-other')).rejects.toThrow('under way');
    expect(started).toMatchObject([{ input: { epoch: 2 } }]);
  });

  it('has the region let back in by the one that took over', async () => {
    const { ask, started, fences } = setUp(fenceOf(here, other));

    await expect(ask('return-here')).rejects.toThrow('return-here of sa-east-1 is under way');
    fences.set(here, { ...fenceOf(here, other), fenced: false });

    expect(await ask('return-here')).toEqual({ region: here, action: 'return-here' });
    expect(started).toEqual([{ name: `sa-east-1-1.${now.getTime()}`, input: { region: here } }]);
  });

  it('lets a region in that was never evacuated without doing anything', async () => {
    const { ask, started } = setUp();

    expect(await ask('return-here')).toEqual({ region: here, action: 'return-here' });
    expect(started).toEqual([]);
  });
});
