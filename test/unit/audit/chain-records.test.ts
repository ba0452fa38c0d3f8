import { createHash } from 'node:crypto';
import { type Random, seededRandom } from '../../../drills/harness/random';
import { StalePositionError } from '../../../lambdas/audit/chain-ledger.errors';
import { chainRecords } from '../../../lambdas/audit/chain-records.use-case';
import type { ChainSeal } from '../../../lambdas/audit/chain-seal.contract';
import type { StreamShard } from '../../../lambdas/audit/chain-sealing';
import { sealChains } from '../../../lambdas/audit/seal-chains.use-case';
import { type Arrival, chainArrivals, type ShardPosition } from '../../../lambdas/audit/shard-chains';
import { accessRecord, type RecordClass } from '../../../lambdas/shared/access-record.contract';
import { type ChainLink, emptyChain, linkHash } from '../../../lambdas/shared/hash-chain';
import { isAlarming, verifyChains } from '../../../local/audit/verify-chains';
import { keyArn, madeUpEvidence, madeUpRecord, publicKey, region, signedBy } from '../local/audit-evidence';
import { recordingLog } from '../shared/messages';
import { InMemoryChainLedger } from './in-memory-chain-ledger';

const place = { region, shardId: 'shardId-000000000000' };
const at = (minutes: number) => new Date(Date.UTC(2026, 10, 26, 20) + minutes * 60_000);
let sequence = 0;
const arrival = (data: unknown, arrivedAt: Date): Arrival => {
  sequence += 1;
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return { sequenceNumber: `49${String(sequence).padStart(54, '0')}`, arrivedAt, data: Buffer.from(text) };
};
const tick = (arrivedAt: Date, number?: number, shardId = place.shardId) =>
  arrival({ tick: 'hour', ...(number !== undefined && { shardId, number }) }, arrivedAt);
const signer = {
  sign: async (one: ChainSeal) => signedBy(one),
  key: async () => ({ keyId: keyArn, publicKey: publicKey.toString('base64') }),
};
const shardOf = (shardId: string, parents: readonly string[] = [], isTaking = true): StreamShard => ({
  shardId,
  parents,
  isTaking,
  startingHashKey: shardId,
});
const recordAt = (random: Random, minutes: number, recordClass: RecordClass = 'access') =>
  arrival({ ...madeUpRecord(random, at(minutes)), class: recordClass }, at(minutes));
const linksOf = (lines: readonly string[]): readonly ChainLink[] => lines.map((line) => JSON.parse(line));

describe('chainArrivals', () => {
  const random = seededRandom('chain-arrivals');

  it('links each record to the one before it, from the name of the chain on', () => {
    const { lines, position } = chainArrivals(place, undefined, [recordAt(random, 1), recordAt(random, 2)]);

    const [first, second] = linksOf(lines.access);
    const chain = 'sa-east-1/access/shardId-000000000000/2026-11-26T20';
    expect(first).toMatchObject({ chain, index: 1, previous: emptyChain(chain).hash });
    expect(second).toMatchObject({ chain, index: 2, previous: first?.hash });
    expect(second?.hash).toBe(linkHash(first?.hash ?? '', second?.record));
    expect(position.open).toMatchObject([{ chain, count: 2, hash: second?.hash, firstTime: at(1).toISOString() }]);
  });

  it('keeps a chain of its own for each class', () => {
    const { lines } = chainArrivals(place, undefined, [recordAt(random, 1), recordAt(random, 2, 'security')]);

    expect(linksOf(lines.security)).toMatchObject([{ index: 1, chain: expect.stringContaining('/security/') }]);
    expect(lines.access).toHaveLength(1);
  });

  it('closes the chains of an hour when something of a later one arrives, be it a tick', () => {
    const before = chainArrivals(place, undefined, [recordAt(random, 1), recordAt(random, 2, 'security')]);
    const { closed, position, lines } = chainArrivals(place, before.position, [tick(at(61))]);

    expect(closed.map(({ class: one, count }) => [one, count])).toEqual([
      ['access', 1],
      ['security', 1],
    ]);
    expect(position).toMatchObject({ hour: '2026-11-26T21', open: [] });
    expect(lines).toEqual({ access: [], security: [] });
  });

  it('never goes back to an hour, whatever time a record says it arrived', () => {
    const { lines, closed } = chainArrivals(place, undefined, [recordAt(random, 61), recordAt(random, 59)]);

    expect(linksOf(lines.access).map(({ chain }) => chain.slice(-2))).toEqual(['21', '21']);
    expect(closed).toEqual([]);
  });

  it('keeps what is no record, whole, where an auditor sees it', () => {
    const { lines } = chainArrivals(place, undefined, [arrival('{"not":"a record"}', at(1))]);

    const [link] = linksOf(lines.security);
    const { unreadable } = link?.record as { readonly unreadable: string };
    expect(Buffer.from(unreadable, 'base64').toString()).toBe('{"not":"a record"}');
  });

  it('makes the same lines however records are cut into batches and however often they come', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const drawn = seededRandom(`batches-${seed}`);
      const arrivals = Array.from({ length: 40 }, (_, index) =>
        drawn.chance(0.1) ? tick(at(index * 5)) : recordAt(drawn, index * 5, drawn.chance(0.3) ? 'security' : 'access'),
      );
      const whole = chainArrivals(place, undefined, arrivals);
      const access: string[] = [];
      const security: string[] = [];
      const closed: string[] = [];
      let position: typeof whole.position | undefined;
      for (let from = 0; from < arrivals.length; ) {
        const upTo = Math.min(arrivals.length, from + drawn.integer(1, 9));
        // As after a crash: some of what was chained before comes again.
        const again = Math.max(0, from - drawn.integer(0, 5));
        const part = chainArrivals(place, position, arrivals.slice(again, upTo));
        access.push(...part.lines.access);
        security.push(...part.lines.security);
        closed.push(...part.closed.map(({ chain }) => chain));
        position = part.position;
        from = upTo;
      }
      expect({ access, security }).toEqual(whole.lines);
      expect(closed).toEqual(whole.closed.map(({ chain }) => chain));
      expect(position).toEqual(whole.position);
    }
  });
});

describe('a trail under crashes, repeats and rivals', () => {
  const run = async (seed: string) => {
    const random = seededRandom(seed);
    const ledger = new InMemoryChainLedger();
    const stored: string[] = [];
    let clock = at(0);
    const delivery = {
      deliver: async (_class: RecordClass, lines: readonly string[]) => {
        if (random.chance(0.1)) throw new Error('nothing was taken');
        stored.push(...lines);
        if (random.chance(0.1)) throw new Error('taken, and died');
      },
    };
    const chain = chainRecords({ ledger, delivery, region });
    const shardIds = ['shardId-000000000000', 'shardId-000000000001'];
    const streams = new Map(shardIds.map((shardId) => [shardId, [] as Arrival[]]));
    const done = new Map(shardIds.map((shardId) => [shardId, 0]));
    const seal = sealChains({
      ledger,
      shards: {
        all: async () => shardIds.map((shardId) => shardOf(shardId)),
        tick: async ({ shardId }, number) => {
          streams.get(shardId)?.push(tick(clock, number, shardId));
          // Put, and not noted: it is put again under its number.
          if (random.chance(0.1)) throw new Error('died');
        },
      },
      signer,
      pulse: { felt: () => undefined },
      clock: { now: () => clock },
      log: recordingLog(),
      region,
      retentionHours: 168,
    });
    const consume = async (shardId: string) => {
      const stream = streams.get(shardId) ?? [];
      const from = done.get(shardId) ?? 0;
      const upTo = Math.min(stream.length, from + random.integer(1, 20));
      if (upTo === from) return;
      const batch = stream.slice(from, upTo);
      // Sometimes two have the shard at once.
      const outcomes = await Promise.allSettled(
        random.chance(0.2) ? [chain(shardId, batch), chain(shardId, batch)] : [chain(shardId, batch)],
      );
      if (outcomes.some(({ status }) => status === 'fulfilled')) done.set(shardId, upTo);
    };
    const records: string[] = [];
    for (let minutes = 0; minutes < 200; minutes += 1) {
      clock = at(minutes);
      for (const shardId of shardIds) {
        for (let count = random.integer(0, 4); minutes < 180 && count > 0; count -= 1) {
          const one = recordAt(random, minutes, random.chance(0.2) ? 'security' : 'access');
          streams.get(shardId)?.push(one);
          records.push(JSON.parse(one.data.toString()).recordId);
        }
        await consume(shardId);
      }
      // Who dies is called again.
      if (minutes % 5 === 0) await seal().catch(() => undefined);
    }
    for (let idle = 0; idle < 100; idle += 1) for (const shardId of shardIds) await consume(shardId);
    clock = at(200);
    while (
      !(await seal().then(
        () => true,
        () => false,
      ))
    );
    return { ledger, stored, records };
  };

  it('has every record once in a sealed chain that verifies, and raises no alarm', async () => {
    for (let seed = 0; seed < 30; seed += 1) {
      const { ledger, stored, records } = await run(`trail-${seed}`);
      const findings = verifyChains({
        region,
        lines: stored.map((text) => ({ object: 'object', text })),
        seals: ledger.seals.map((signed) => ({ number: signed.seal.number, signed })),
        lastNumber: ledger.seals.length,
        keyArn,
        publicKey,
        sealedBefore: '2026-11-26T23',
      });
      expect(findings.filter(({ verdict }) => verdict !== 'intact')).toEqual([]);
      expect(findings.some(isAlarming)).toBe(false);
      const kept = [...new Set(stored)].map(
        (text) => (JSON.parse(text).record as { readonly recordId: string }).recordId,
      );
      expect(kept.sort()).toEqual(records.sort());
      expect(ledger.seals).toHaveLength(2 * 2 * 3);
    }
  });
});

describe('what is too large for one line', () => {
  const linesOf = (bytes: number) => {
    const random = seededRandom('large');
    const data = Buffer.from(
      Array.from({ length: bytes / 2 }, () => random.integer(0, 255)).concat(Array(bytes / 2).fill(7)),
    );
    const { lines, position } = chainArrivals(place, undefined, [{ ...arrival('', at(1)), data }, recordAt(random, 2)]);
    return { data, lines, position };
  };

  it('is kept whole in several links, none of which Firehose refuses, and the shard goes on', () => {
    const { data, lines, position } = linesOf(2_000_000);

    const links = linesOf(2_000_000).lines.security.map((line): ChainLink => JSON.parse(line));
    expect(lines.security.map((line) => Buffer.byteLength(line)).every((bytes) => bytes < 1_000_000)).toBe(true);
    const parts = links.map(({ record }) => record as { readonly unreadable: string; readonly part: number });
    expect(parts).toMatchObject([1, 2, 3, 4].map((part) => ({ part, parts: 4 })));
    expect(Buffer.concat(parts.map(({ unreadable }) => Buffer.from(unreadable, 'base64'))).equals(data)).toBe(true);
    expect(parts).toMatchObject(parts.map(() => ({ sha256: createHash('sha256').update(data).digest('hex') })));
    expect(position.open.map(({ count }) => count)).toEqual(expect.arrayContaining([4, 1]));
  });

  it('is no record that fits the contract: the largest one is far smaller', () => {
    const wide = (length: number) => '\u{10ffff}'.repeat(Math.floor(length / 2));
    const largest = accessRecord.parse({
      ...madeUpRecord(seededRandom('largest'), at(0)),
      actor: { id: wide(128), role: wide(64) },
      subject: wide(256),
      fields: Array.from({ length: 100 }, () => wide(128)),
      purpose: wide(128),
      sourceIp: wide(64),
      userAgent: wide(256),
      requestId: wide(128),
      correlationId: wide(128),
    });

    // The backlog's queue takes 256 KiB, the stream 1 MiB.
    expect(Buffer.byteLength(JSON.stringify(largest))).toBeLessThan(64 * 1024);
  });
});

describe('ticks that never came', () => {
  const random = seededRandom('holes');
  const chain = (position: ShardPosition | undefined, ...arrivals: Arrival[]) =>
    chainArrivals(place, position, arrivals);

  it('are a link of their own: the consumer was kept from what arrived between', () => {
    const before = chain(undefined, tick(at(1), 1), recordAt(random, 1), tick(at(2), 2));
    const after = chain(before.position, recordAt(random, 9), tick(at(9), 9));

    expect(before.lines.security).toEqual([]);
    expect(linksOf(after.lines.security).map(({ record }) => record)).toMatchObject([{ skipped: { from: 3, to: 8 } }]);
    const evidence = madeUpEvidence(seededRandom('hole'));
    const lines = [...before.lines.access, ...after.lines.access, ...after.lines.security];
    const findings = verifyChains({
      ...evidence,
      lines: lines.map((text) => ({ object: 'object', text })),
      seals: [],
      lastNumber: 0,
      sealedBefore: '',
    });
    expect(findings.filter(isAlarming)).toMatchObject([
      {
        verdict: 'hole',
        chain: expect.stringContaining('/security/'),
        details: [expect.stringContaining('ticks 3 to 8')],
      },
    ]);
  });

  it('are missed from the first one on, in a shard that is new', () => {
    expect(chain(undefined, tick(at(1), 4)).lines.security).toHaveLength(1);
  });

  it.each([
    ['one that comes again', [1, 2, 2, 1, 3], place.shardId],
    ['those of a shard that was split on their way', [1, 2, 700, 3], 'shardId-000000000009'],
  ])('are not: %s', (_, numbers, other) => {
    const ticks = numbers.map((number, minute) => tick(at(minute), number, number === 700 ? other : place.shardId));

    expect(chain(undefined, ...ticks).lines.security).toEqual([]);
  });

  it('are not: the first number behind ticks of before they had any', () => {
    const { tick: _, ...old } = chain(undefined, tick(at(1)), recordAt(random, 2)).position;

    expect(chain(old, tick(at(3), 12)).lines.security).toEqual([]);
  });
});

describe('sealChains', () => {
  const sealing = (ledger: InMemoryChainLedger, clock: () => Date, all: () => readonly StreamShard[]) => {
    const behind: (readonly string[])[] = [];
    const ticks: [string, number][] = [];
    const seal = sealChains({
      ledger,
      shards: {
        all: async () => all(),
        tick: async ({ shardId }, number) => {
          ticks.push([shardId, number]);
        },
      },
      signer,
      pulse: { felt: (shards) => behind.push(shards) },
      clock: { now: clock },
      log: recordingLog(),
      region,
      retentionHours: 24,
    });
    return { seal, behind, ticks };
  };
  const parent = place.shardId;
  const chainOfParent = `sa-east-1/access/${parent}/2026-11-26T20`;
  const chained = async (ledger: InMemoryChainLedger, shardId: string, minutes: number) => {
    const batch = [recordAt(seededRandom(shardId), minutes)];
    const { position } = chainArrivals({ region, shardId }, undefined, batch);
    await ledger.moveOn(shardId, undefined, position, []);
  };

  it('closes the chains of a shard that was split as soon as something of a shard behind it is chained', async () => {
    const ledger = new InMemoryChainLedger();
    await chained(ledger, parent, 1);
    let clock = at(65);
    const [child, grandchild] = ['shardId-000000000001', 'shardId-000000000002'];
    const shards = [shardOf(parent, [], false), shardOf(child, [parent], false), shardOf(grandchild, [child])];
    const { seal, ticks } = sealing(
      ledger,
      () => clock,
      () => shards,
    );

    expect((await seal()).sealed).toEqual([]);
    expect(ticks).toEqual([[grandchild, 1]]);
    // Nothing ever came by the shard between them.
    await chained(ledger, grandchild, 66);
    clock = at(67);
    expect((await seal()).sealed).toEqual([chainOfParent]);
    expect(ledger.positions.get(parent)).toMatchObject({ hour: '2026-11-26T21', open: [] });
    expect((await seal()).sealed).toEqual([]);
  });

  it('closes those of one that the stream has forgotten', async () => {
    const ledger = new InMemoryChainLedger();
    await chained(ledger, parent, 1);
    let clock = at(65);
    const { seal } = sealing(
      ledger,
      () => clock,
      () => [],
    );

    expect((await seal()).sealed).toEqual([]);
    clock = at(27 * 60);
    expect((await seal()).sealed).toEqual([chainOfParent]);
    expect((await seal()).sealed).toEqual([]);
    expect(ledger.key).toEqual(await signer.key());
  });

  it('says which shards are not read, though nobody accesses anything', async () => {
    const ledger = new InMemoryChainLedger();
    await chained(ledger, parent, 0);
    let clock = at(4);
    const { seal, behind, ticks } = sealing(
      ledger,
      () => clock,
      () => [shardOf(parent), shardOf('shardId-new')],
    );

    await seal();
    clock = at(5);
    await seal();

    expect(behind).toEqual([['shardId-new'], [parent, 'shardId-new']]);
    expect(ticks).toEqual([
      [parent, 1],
      ['shardId-new', 1],
      [parent, 2],
      ['shardId-new', 2],
    ]);
  });

  it('does not overwrite what somebody else has moved on', async () => {
    const ledger = new InMemoryChainLedger();
    const random = seededRandom('rivals');
    const { position } = chainArrivals(place, undefined, [recordAt(random, 1)]);
    await ledger.moveOn(place.shardId, undefined, position, []);

    await expect(ledger.moveOn(place.shardId, undefined, position, [])).rejects.toThrow(StalePositionError);
  });
});
