import fc from 'fast-check';
import { awaitQuiet } from '../../../lambdas/regions/await-quiet.use-case';
import type { FenceRequest } from '../../../lambdas/regions/fence-region.contract';
import { fenceRegion } from '../../../lambdas/regions/fence-region.use-case';
import { newestFence } from '../../../lambdas/regions/newest-fence';
import { decideFence } from '../../../lambdas/regions/region-fencing';
import { unfenceRegion } from '../../../lambdas/regions/unfence-region.use-case';
import type { RegionFence, RegionLease } from '../../../lambdas/shared/region-standing';
import { recordingLog } from '../shared/messages';
import { fenceOf, leaseOf } from '../shared/region-records';
import { twoTables } from './in-memory-region-ledger';

const [home, successor] = ['sa-east-1', 'us-east-1'];
const start = Date.UTC(2026, 10, 23, 8);
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
const order: FenceRequest = {
  ...{ region: home, successor, epoch: 1, lossDeclared: false },
  ...{ by: 'an operator', reason: 'a test' },
};

/** The functions of the successor; the other replicas are those of the region that is evacuated. */
const setUp = ({ here = successor } = {}) => {
  const { tables, ordering, payments, all } = twoTables(home);
  const log = recordingLog();
  let now = start;
  const clock = { now: () => new Date(now) };
  const deps = { here, tables, clock };
  const put = (record: Partial<{ lease: RegionLease; fence: RegionFence }>) => {
    for (const { own } of all) own.put(home, { ...own.records.get(home), ...record });
  };
  const writes = () => all.reduce((sum, { own, peer }) => sum + own.writes + peer.writes, 0);
  const fences = () => all.map(({ own }) => own.records.get(home)?.fence);
  return {
    ...{ ordering, payments, all, log, put, writes, fences },
    wait: (seconds: number) => void (now += seconds * 1_000),
    fence: fenceRegion({ ...deps, regions: [home, successor], log }),
    quiet: awaitQuiet({ ...deps, leaseSeconds: 300 }),
    unfence: unfenceRegion(deps),
  };
};

/** What its keeper says a second after the fence: what it has begun is written within 27 seconds more. */
const acknowledgement = leaseOf(home, at(1), { state: 'QUIESCED', epoch: 1, renewedAt: at(1) });

describe('fencing a region', () => {
  it('puts the fence into every table, here and in the region itself', async () => {
    const { fence, fences, all } = setUp();

    const answer = await fence(order);

    const expected = { ...order, fenced: true, fencedAt: at(0) };
    expect(fences()).toEqual([expected, expected]);
    expect(all.map(({ peer }) => peer.records.get(home)?.fence)).toEqual([expected, expected]);
    expect(answer).toMatchObject({ epoch: 1, since: at(-24 * 60 * 60), told: ['ordering', 'payments'] });
  });

  it('does not need the region: it may be dark', async () => {
    const { fence, fences, ordering, log } = setUp();
    ordering.peer.isAway = true;

    expect(await fence(order)).toMatchObject({ told: ['payments'] });

    expect(fences()).toMatchObject([{ fenced: true }, { fenced: true }]);
    expect(log.lines).toMatchObject([{ level: 'warn', details: { region: home, context: 'ordering' } }]);
  });

  it('writes nothing when it is repeated, and keeps the time of the first', async () => {
    const { fence, fences, writes, wait } = setUp();
    const first = await fence(order);
    const before = writes();
    wait(60);

    expect(await fence(order)).toEqual(first);

    expect(writes()).toBe(before);
    expect(fences()).toMatchObject([{ fencedAt: at(0) }, { fencedAt: at(0) }]);
  });

  it('goes on where it stopped when one table failed', async () => {
    const { fence, fences, payments } = setUp();
    payments.own.isAway = true;
    await expect(fence(order)).rejects.toThrow('no answer');
    payments.own.isAway = false;

    await fence(order);

    expect(fences()).toMatchObject([{ fenced: true }, { fenced: true }]);
  });

  it('adds that the loss is declared to a fence that stands', async () => {
    const { fence, fences, wait } = setUp();
    await fence(order);
    wait(60);

    await fence({ ...order, lossDeclared: true, reason: 'it does not come back' });

    const declared = { lossDeclared: true, fencedAt: at(0), reason: 'it does not come back' };
    expect(fences()).toMatchObject([declared, declared]);
  });

  it.each([
    ['an unknown region', { region: 'mars-1' }, 'UnknownRegionError'],
    ['an unknown successor', { successor: 'mars-1' }, 'UnknownRegionError'],
    ['itself as successor', { region: successor }, 'LastHealthyRegionError'],
    ['another successor than the region that is asked', { region: successor, successor: home }, 'NotTheSuccessorError'],
  ])('refuses %s', async (_, changes, name) => {
    const { fence, writes } = setUp();

    await expect(fence({ ...order, ...changes })).rejects.toMatchObject({ name });

    expect(writes()).toBe(0);
  });

  it.each([
    ['is fenced itself', { fence: fenceOf(successor, home) }, 'us-east-1 is fenced'],
    ['has lost its lease', { lease: leaseOf(successor, at(-1)) }, 'us-east-1 is lease-expired'],
  ])('refuses to evacuate the last healthy region: a successor that %s', async (_, records, why) => {
    const { fence, payments, fences } = setUp();
    payments.own.records.set(successor, records);

    await expect(fence(order)).rejects.toThrow(why);

    expect(fences()).toEqual([undefined, undefined]);
  });

  it('refuses what was decided before the fence was lifted', async () => {
    const { fence, put } = setUp();
    put({ fence: fenceOf(home, successor, { fenced: false, unfencedAt: at(-1) }) });

    await expect(fence(order)).rejects.toMatchObject({ name: 'OutdatedEpochError', known: 1 });
    await expect(fence({ ...order, epoch: 2 })).resolves.toMatchObject({ epoch: 2 });
  });
});

describe('the epoch of a fence', () => {
  it('never goes back, and no order changes what a newer one has decided', () => {
    const orders = fc.array(
      fc.record({ epoch: fc.integer({ min: 1, max: 4 }), lossDeclared: fc.boolean(), lift: fc.boolean() }),
      { maxLength: 12 },
    );

    fc.assert(
      fc.property(orders, (given) => {
        let known: RegionFence | undefined;
        for (const [index, { lift, ...more }] of given.entries()) {
          const before = known;
          if (lift && known?.fenced) known = { ...known, fenced: false, unfencedAt: at(index) };
          else {
            const decision = decideFence(known, { ...order, ...more }, new Date(at(index)));
            if (decision.kind === 'write') known = decision.fence;
          }
          expect(known?.epoch ?? 0).toBeGreaterThanOrEqual(before?.epoch ?? 0);
          expect(newestFence([before, known])).toEqual(known);
        }
      }),
    );
  });
});

describe('a fenced region', () => {
  it('is quiet once it has acknowledged its fence in every table', async () => {
    const { fence, quiet, put, payments, wait } = setUp();
    await fence(order);
    expect(await quiet({ region: home })).toMatchObject({ answer: 'not-yet' });
    put({ lease: acknowledgement });
    payments.own.put(home, { ...payments.own.records.get(home), lease: leaseOf(home, at(300)) });
    wait(29);

    expect(await quiet({ region: home })).toMatchObject({
      answer: 'not-yet',
      why: 'payments: it has not acknowledged its fence',
    });
    put({ lease: acknowledgement });
    expect(await quiet({ region: home })).toMatchObject({ answer: 'quiet', since: at(-24 * 60 * 60) });
  });

  it('is not quiet by an acknowledgement of an earlier fence', async () => {
    const { fence, quiet, put } = setUp();
    await fence({ ...order, epoch: 2 });
    put({ lease: acknowledgement });

    expect(await quiet({ region: home })).toMatchObject({ answer: 'not-yet' });
  });

  it('whose loss was declared is quiet when nothing that it began within its lease can be written any more, and not before', async () => {
    const { fence, quiet, put, wait } = setUp();
    put({ lease: leaseOf(home, at(200), { durationSeconds: 200 }) });
    await fence({ ...order, lossDeclared: true });
    wait(227);
    expect(await quiet({ region: home })).toMatchObject({ answer: 'not-yet' });
    wait(1);

    expect(await quiet({ region: home })).toMatchObject({ answer: 'quiet' });
  });

  it('whose loss was declared soon after it was let back in may have a lease that nobody has seen', async () => {
    const { fence, quiet, put, wait } = setUp();
    put({ lease: leaseOf(home, at(-60), { state: 'QUIESCED', epoch: 1 }) });
    await fence({ ...order, epoch: 2, lossDeclared: true });
    wait(327);
    expect(await quiet({ region: home })).toMatchObject({ answer: 'not-yet' });
    wait(1);

    expect(await quiet({ region: home })).toMatchObject({ answer: 'quiet' });
  });

  it('whose lease nobody has seen is given the longest that it may have had', async () => {
    const { fence, quiet, wait } = setUp();
    await fence({ ...order, lossDeclared: true });
    wait(327);
    expect(await quiet({ region: home })).toMatchObject({ answer: 'not-yet' });
    wait(1);

    expect(await quiet({ region: home })).toMatchObject({ answer: 'quiet' });
  });

  it('is back when its keeper has answered since it was asked for', async () => {
    const { fence, quiet, put, wait } = setUp();
    await fence({ ...order, lossDeclared: true });
    put({ lease: acknowledgement });
    expect(await quiet({ region: home, heardSince: at(1) })).toMatchObject({ answer: 'not-yet' });
    wait(29);

    expect(await quiet({ region: home, heardSince: at(2) })).toMatchObject({ answer: 'not-yet' });
    expect(await quiet({ region: home, heardSince: at(1) })).toMatchObject({ answer: 'quiet' });
  });

  it('cannot be asked about when it is not evacuated to this one', async () => {
    const { quiet, put } = setUp();
    await expect(quiet({ region: home })).rejects.toMatchObject({ name: 'RegionNotEvacuatedError' });
    put({ fence: fenceOf(home, 'eu-west-1') });

    await expect(quiet({ region: home })).rejects.toMatchObject({ name: 'RegionNotEvacuatedError' });
  });
});

describe('lifting a fence', () => {
  it('lets the region in by every table once nothing is adopted from it any more, and is nothing new the second time', async () => {
    const { fence, unfence, put, fences, writes, wait } = setUp();
    await fence(order);
    put({ lease: acknowledgement });
    wait(60);
    const answer = await unfence({ region: home });
    const before = writes();
    wait(60);

    expect(await unfence({ region: home })).toEqual(answer);

    expect(answer).toEqual({ region: home, epoch: 1, unfencedAt: at(87) });
    expect(writes()).toBe(before);
    expect(fences()).toMatchObject([
      { fenced: false, unfencedAt: at(87), fencedAt: at(0) },
      { fenced: false, unfencedAt: at(87), fencedAt: at(0) },
    ]);
  });

  it('is refused for all tables when the region has not acknowledged its fence in one', async () => {
    const { fence, unfence, ordering, fences } = setUp();
    await fence(order);
    ordering.own.put(home, { ...ordering.own.records.get(home), lease: acknowledgement });

    await expect(unfence({ region: home })).rejects.toMatchObject({ name: 'RegionNotQuietError' });

    expect(fences()).toMatchObject([{ fenced: true }, { fenced: true }]);
  });

  it('is refused when the region was evacuated to another one, or not at all', async () => {
    const { unfence, put } = setUp();
    await expect(unfence({ region: home })).rejects.toMatchObject({ name: 'RegionNotEvacuatedError' });
    put({ fence: fenceOf(home, 'eu-west-1'), lease: acknowledgement });

    await expect(unfence({ region: home })).rejects.toMatchObject({ name: 'RegionNotEvacuatedError' });
  });
});
