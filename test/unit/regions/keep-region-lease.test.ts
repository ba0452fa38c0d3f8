import { keepRegionLease } from '../../../lambdas/regions/keep-region-lease.use-case';
import { recordingLog } from '../shared/messages';
import { fenceOf, leaseOf } from '../shared/region-records';
import { InMemoryRegionLedger, twoTables } from './in-memory-region-ledger';

const [home, peer] = ['sa-east-1', 'us-east-1'];
const start = Date.UTC(2026, 10, 23, 8);
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
const lifted = { fenced: false, unfencedAt: at(-1) };

const setUp = ({ hasPeers = true } = {}) => {
  const { tables, ordering, payments, all } = twoTables(peer);
  const inService: string[] = [];
  let now = start;
  const log = recordingLog();
  const keep = keepRegionLease({
    ...{ region: home, durationSeconds: 300, log },
    tables: hasPeers ? tables : tables.map((table) => ({ ...table, peers: new Map() })),
    report: { inService: (region) => void inService.push(region) },
    clock: { now: () => new Date(now) },
  });
  /** One more region, which answers. */
  const addPeer = (region: string) => {
    const ledgers = tables.map(() => new InMemoryRegionLedger());
    for (const [index, { peers }] of tables.entries())
      (peers as Map<string, InMemoryRegionLedger>).set(region, ledgers[index] ?? new InMemoryRegionLedger());
    return ledgers;
  };
  const leases = () => all.map(({ own }) => own.records.get(home)?.lease);
  const wait = (seconds: number) => (now += seconds * 1_000);
  return { keep, ordering, payments, all, inService, leases, log, addPeer, wait };
};

/** A region whose leases ended a minute ago. */
const asleep = () => {
  const world = setUp();
  for (const { own } of world.all) own.records.set(home, { lease: leaseOf(home, at(-60)) });
  return world;
};

describe('the lease keeper', () => {
  it('grants the first lease in every table, and says that the region is in service', async () => {
    const { keep, leases, inService } = setUp();

    await keep();

    const terms = { activeUntil: at(300), durationSeconds: 300, renewedAt: at(0) };
    const granted = { region: home, ...terms, state: 'ACTIVE', epoch: 0 };
    expect(leases()).toEqual([granted, granted]);
    expect(inService).toEqual([home]);
  });

  it('renews a lease that lasts although no other region answers', async () => {
    const { keep, leases, all, wait } = setUp();
    await keep();
    for (const { peer: other } of all) other.isAway = true;
    wait(60);

    await keep();

    expect(leases().map((lease) => lease?.activeUntil)).toEqual([at(360), at(360)]);
  });

  it('acknowledges a fence, gives the lease up and is silent', async () => {
    const { keep, leases, all, inService } = setUp();
    await keep();
    for (const { own } of all) own.records.set(home, { ...own.records.get(home), fence: fenceOf(home, peer) });

    await keep();

    const acknowledged = { state: 'QUIESCED', epoch: 1, activeUntil: at(0), durationSeconds: 300, renewedAt: at(0) };
    expect(leases()).toMatchObject([acknowledged, acknowledged]);
    expect(inService).toEqual([home]);
  });

  it('obeys a fence that only another region shows, although its lease lasts', async () => {
    const { keep, leases, all, inService, wait } = setUp();
    await keep();
    for (const { peer: other } of all) other.records.set(home, { fence: fenceOf(home, peer) });
    wait(60);

    expect(await keep()).toMatchObject([{ standing: 'fenced' }, { standing: 'fenced' }]);

    const acknowledged = { state: 'QUIESCED', epoch: 1, activeUntil: at(60) };
    expect(leases()).toMatchObject([acknowledged, acknowledged]);
    expect(inService).toEqual([home]);
  });

  it('is not held back by a region that has yet to hear that the fence was lifted', async () => {
    const { keep, leases, all } = setUp();
    for (const { own, peer: other } of all) {
      own.records.set(home, { lease: leaseOf(home, at(-60), { epoch: 1 }), fence: fenceOf(home, peer, lifted) });
      other.records.set(home, { fence: fenceOf(home, peer) });
    }

    await keep();

    expect(leases()).toMatchObject([{ state: 'ACTIVE' }, { state: 'ACTIVE' }]);
  });

  it('shows that it is there for as long as it is fenced', async () => {
    const { keep, leases, all, wait } = setUp();
    for (const { own } of all) own.records.set(home, { fence: fenceOf(home, peer) });
    await keep();
    wait(60);

    await keep();

    expect(leases().map((lease) => [lease?.state, lease?.renewedAt])).toEqual([
      ['QUIESCED', at(60)],
      ['QUIESCED', at(60)],
    ]);
  });

  it('says when it has stopped, and not when it says so again', async () => {
    const { keep, leases, all, wait } = setUp();
    await keep();
    for (const { own } of all) own.records.set(home, { ...own.records.get(home), fence: fenceOf(home, peer) });
    wait(10);
    await keep();
    wait(60);

    await keep();

    expect(leases().map((lease) => [lease?.activeUntil, lease?.renewedAt])).toEqual([
      [at(10), at(70)],
      [at(10), at(70)],
    ]);
  });

  it('says of a lease that had run out before its fence was heard of when that was', async () => {
    const { keep, leases, all } = asleep();
    for (const { own } of all) own.records.set(home, { ...own.records.get(home), fence: fenceOf(home, peer) });

    await keep();

    expect(leases().map((lease) => lease?.activeUntil)).toEqual([at(-60), at(-60)]);
  });
});

describe('the lease keeper of a region that was dark', () => {
  it('gets its lease back when another region says that there is no fence', async () => {
    const { keep, leases, inService } = asleep();

    await keep();

    expect(leases().map((lease) => lease?.activeUntil)).toEqual([at(300), at(300)]);
    expect(inService).toEqual([home]);
  });

  it('does not when another region says that there is one, although its own replica has not heard of it', async () => {
    const { keep, leases, all, inService } = asleep();
    for (const { peer: other } of all) other.records.set(home, { fence: fenceOf(home, peer) });

    await keep();

    expect(leases().map((lease) => [lease?.state, lease?.epoch])).toEqual([
      ['QUIESCED', 1],
      ['QUIESCED', 1],
    ]);
    expect(inService).toEqual([]);
  });

  it('waits, and writes nothing, when no other region answers', async () => {
    const { keep, leases, all, inService, log } = asleep();
    for (const { peer: other } of all) other.isAway = true;

    expect(await keep()).toMatchObject([{ standing: 'lease-expired' }, { standing: 'lease-expired' }]);

    expect(leases().map((lease) => lease?.activeUntil)).toEqual([at(-60), at(-60)]);
    expect(inService).toEqual([]);
    expect(log.lines.map(({ message }) => message)).toContain('another region does not answer');
  });

  it('needs the word of every other region: the one that fenced it may be the one that is silent', async () => {
    const { keep, leases, all, addPeer } = asleep();
    for (const { peer: other } of all) other.isAway = true;
    addPeer('eu-west-1');

    await keep();

    expect(leases().map((lease) => lease?.activeUntil)).toEqual([at(-60), at(-60)]);
    for (const { peer: other } of all) other.isAway = false;
    await keep();
    expect(leases().map((lease) => lease?.activeUntil)).toEqual([at(300), at(300)]);
  });

  it('does not wait for a region that was evacuated to it: the last one in service stands by itself', async () => {
    const { keep, leases, all } = asleep();
    for (const { own, peer: other } of all) {
      own.records.set(peer, { fence: fenceOf(peer, home) });
      other.isAway = true;
    }

    await keep();

    expect(leases().map((lease) => lease?.activeUntil)).toEqual([at(300), at(300)]);
  });

  it.each([
    ['does not wait for a region that another one has evacuated', true, at(300)],
    ['waits for a region that another one has let back in, which its own replica has not heard of', false, at(-60)],
  ])('%s', async (_, fenced, activeUntil) => {
    const { keep, leases, all, addPeer } = asleep();
    const third = addPeer('eu-west-1');
    for (const [index, { own, peer: other }] of all.entries()) {
      own.records.set(peer, { fence: fenceOf(peer, 'eu-west-1') });
      third[index]?.records.set(peer, { fence: fenceOf(peer, 'eu-west-1', { fenced }) });
      other.isAway = true;
    }

    await keep();

    expect(leases().map((lease) => lease?.activeUntil)).toEqual([activeUntil, activeUntil]);
  });

  it('waits until its own replica shows that the fence was lifted, and not only its successor’s', async () => {
    const { keep, leases, all, inService } = setUp();
    const quiesced = leaseOf(home, at(-60), { state: 'QUIESCED', epoch: 1 });
    for (const { own, peer: other } of all) {
      own.records.set(home, { lease: quiesced });
      other.records.set(home, { fence: fenceOf(home, peer, lifted) });
    }

    await keep();

    expect(leases()).toMatchObject([{ state: 'QUIESCED' }, { state: 'QUIESCED' }]);
    expect(inService).toEqual([]);
  });

  it('needs nobody’s word in a stage of one region', async () => {
    const { keep, leases, all } = setUp({ hasPeers: false });
    for (const { own } of all) own.records.set(home, { lease: leaseOf(home, at(-60)) });

    await keep();

    expect(leases().map((lease) => lease?.activeUntil)).toEqual([at(300), at(300)]);
  });

  it('has a lease of the new epoch once its fence is lifted', async () => {
    const { keep, leases, all, inService } = setUp();
    const quiesced = leaseOf(home, at(-60), { state: 'QUIESCED', epoch: 1 });
    for (const { own } of all) own.records.set(home, { lease: quiesced, fence: fenceOf(home, peer, lifted) });
    for (const { peer: other } of all) other.records.set(home, { fence: fenceOf(home, peer, lifted) });

    await keep();

    expect(leases()).toMatchObject([
      { state: 'ACTIVE', epoch: 1 },
      { state: 'ACTIVE', epoch: 1 },
    ]);
    expect(inService).toEqual([home]);
  });

  it('is held back by a newer fence than the one it saw lifted', async () => {
    const { keep, leases, all } = setUp();
    const old = leaseOf(home, at(-60), { epoch: 1 });
    for (const { own } of all) own.records.set(home, { lease: old, fence: fenceOf(home, peer, lifted) });
    for (const { peer: other } of all) other.records.set(home, { fence: fenceOf(home, peer, { epoch: 2 }) });

    await keep();

    expect(leases()).toMatchObject([
      { state: 'QUIESCED', epoch: 2 },
      { state: 'QUIESCED', epoch: 2 },
    ]);
  });
});

describe('a table that fails', () => {
  it('keeps no other table from its lease, fails the invocation, and the region is not said to be in service', async () => {
    const { keep, ordering, leases, inService } = setUp();
    ordering.own.isAway = true;

    await expect(keep()).rejects.toThrow('the lease of sa-east-1 could not be kept in the tables of ordering');

    expect(leases().map((lease) => lease?.state)).toEqual([undefined, 'ACTIVE']);
    expect(inService).toEqual([]);
  });
});
