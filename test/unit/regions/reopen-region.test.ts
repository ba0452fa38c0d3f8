import { keepRegionLease } from '../../../lambdas/regions/keep-region-lease.use-case';
import { reopenRegion } from '../../../lambdas/regions/reopen-region.use-case';
import type { RegionRecords } from '../../../lambdas/shared/region-records';
import { recordingLog } from '../shared/messages';
import { fenceOf, leaseOf } from '../shared/region-records';
import { twoTables } from './in-memory-region-ledger';

const [home, lost] = ['sa-east-1', 'us-east-1'];
const start = Date.UTC(2026, 10, 23, 8);
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
const request = { lost, by: 'an operator', reason: 'a flood' };

/** The region's own functions; what they see of the other one's replicas is nothing: it is gone. */
const setUp = (records: RegionRecords, ofLost: RegionRecords = {}) => {
  const { tables, ordering, payments, all } = twoTables(lost);
  for (const { own, peer } of all) {
    own.records.set(home, records);
    own.records.set(lost, ofLost);
    peer.isAway = true;
  }
  let now = start;
  const clock = { now: () => new Date(now) };
  const keep = keepRegionLease({
    ...{ region: home, durationSeconds: 300, tables, clock, log: recordingLog() },
    report: { inService: () => undefined },
  });
  const reopen = reopenRegion({ here: home, regions: [home, lost, 'eu-west-1'], tables, clock });
  const fencesOf = (region: string) => all.map(({ own }) => own.records.get(region)?.fence);
  const wait = (seconds: number) => void (now += seconds * 1_000);
  return { keep, reopen, fencesOf, all, ordering, payments, wait };
};

const fenced = {
  lease: leaseOf(home, at(-600), { state: 'QUIESCED', epoch: 1, renewedAt: at(-60) }),
  fence: fenceOf(home, lost, { fencedAt: at(-700) }),
};
const expired = { lease: leaseOf(home, at(-600)) };

describe('a region whose successor is lost', () => {
  it('goes on without it: its keeper renews its lease, and the lost one is fenced', async () => {
    const { keep, reopen, fencesOf } = setUp(fenced);
    expect(await keep()).toMatchObject([{ standing: 'fenced' }, { standing: 'fenced' }]);

    expect(await reopen(request)).toEqual({ region: home, lost, reopened: ['ordering', 'payments'] });

    expect(await keep()).toMatchObject([{ standing: 'active' }, { standing: 'active' }]);
    const declared = { fenced: true, successor: home, epoch: 1, lossDeclared: true, reason: 'a flood' };
    expect(fencesOf(lost)).toMatchObject([declared, declared]);
  });

  it('leaves out nothing of what its streams bring from then on: whether the lost one has published it is not known', async () => {
    const { reopen, fencesOf } = setUp(fenced);

    await reopen(request);

    for (const fence of fencesOf(home)) expect(fence).not.toHaveProperty('unfencedAt');
  });

  it('stays closed until the lease of the lost one has run out, whose fence is up from the first call on', async () => {
    const { keep, reopen, wait } = setUp(fenced, { lease: leaseOf(lost, at(120)) });
    await expect(reopen(request)).rejects.toThrow(`us-east-1 is not quiet: it may write until ${at(327)}`);
    expect(await keep()).toMatchObject([{ standing: 'fenced' }, { standing: 'fenced' }]);
    wait(328);

    await reopen(request);

    expect(await keep()).toMatchObject([{ standing: 'active' }, { standing: 'active' }]);
  });

  it('is opened also when the two were evacuated to each other', async () => {
    const lease = leaseOf(lost, at(-30), { state: 'QUIESCED', epoch: 3 });
    const other = { lease, fence: fenceOf(lost, home, { epoch: 3 }) };
    const { keep, reopen, fencesOf, all } = setUp(fenced, other);
    for (const { peer } of all) {
      peer.isAway = false;
      peer.records.set(home, fenced).set(lost, other);
    }

    await reopen(request);

    expect(fencesOf(lost)).toMatchObject([{ epoch: 3 }, { epoch: 3 }]);
    expect(await keep()).toMatchObject([{ standing: 'active' }, { standing: 'active' }]);
  });
});

describe('a region whose lease has run out while the others are lost', () => {
  it('goes on without them, and is not stopped by a fence of the lost one that it had not heard of', async () => {
    const { keep, reopen, all } = setUp(expired);
    expect(await keep()).toMatchObject([{ standing: 'lease-expired' }, { standing: 'lease-expired' }]);

    await reopen(request);

    expect(await keep()).toMatchObject([{ standing: 'active' }, { standing: 'active' }]);
    for (const { peer } of all) {
      peer.isAway = false;
      peer.records.set(home, { fence: fenceOf(home, lost) });
    }
    expect(await keep()).toMatchObject([{ standing: 'active' }, { standing: 'active' }]);
  });

  it('is opened in the tables in which it is closed, and left alone in the others', async () => {
    const { reopen, ordering, fencesOf } = setUp(expired);
    ordering.own.records.set(home, { lease: leaseOf(home, at(60)) });

    expect(await reopen(request)).toMatchObject({ reopened: ['payments'] });

    expect(fencesOf(home)).toMatchObject([undefined, { fenced: false }]);
  });
});

it.each([
  ['is in service', { lease: leaseOf(home, at(60)) }, lost, 'RegionInServiceError'],
  ['was evacuated to another region', { fence: fenceOf(home, 'eu-west-1') }, lost, 'RegionStillHeldError'],
  ['would be lost itself', fenced, home, 'UnknownRegionError'],
  ['is to go on without one that the stage does not have', fenced, 'mars-1', 'UnknownRegionError'],
])('a region is not opened that %s', async (_, records, without, name) => {
  const { reopen, all } = setUp(records);

  await expect(reopen({ ...request, lost: without })).rejects.toMatchObject({ name });

  expect(all.map(({ own }) => own.writes)).toEqual([0, 0]);
});
