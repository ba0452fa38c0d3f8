import { type Random, seededRandom } from '../../../drills/harness/random';
import { StalePositionError } from '../../../lambdas/audit/chain-ledger.errors';
import { chainRecords } from '../../../lambdas/audit/chain-records.use-case';
import { sealChains } from '../../../lambdas/audit/seal-chains.use-case';
import { type Arrival, chainArrivals } from '../../../lambdas/audit/shard-chains';
import type { RecordClass } from '../../../lambdas/shared/access-record.contract';
import { type ChainLink, emptyChain, linkHash } from '../../../lambdas/shared/hash-chain';
import { isAlarming, verifyChains } from '../../../local/audit/verify-chains';
import { keyArn, madeUpRecord, publicKey, region, signedBy } from '../local/audit-evidence';
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
const tick = (arrivedAt: Date) => arrival({ tick: 'hour' }, arrivedAt);
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
        taking: async () => shardIds.map((shardId) => ({ shardId, startingHashKey: shardId })),
        tick: async ({ shardId }) => {
          streams.get(shardId)?.push(tick(clock));
        },
      },
      signer: { sign: async (one) => signedBy(one) },
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
      if (minutes % 5 === 0) await seal();
    }
    for (let idle = 0; idle < 100; idle += 1) for (const shardId of shardIds) await consume(shardId);
    await seal();
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

describe('sealChains', () => {
  it('closes the chains of a shard that was split, once the stream has forgotten it', async () => {
    const ledger = new InMemoryChainLedger();
    const random = seededRandom('split');
    const { position } = chainArrivals(place, undefined, [recordAt(random, 1)]);
    await ledger.moveOn(place.shardId, undefined, position, []);
    let clock = at(65);
    const seal = sealChains({
      ledger,
      shards: { taking: async () => [], tick: () => Promise.reject(new Error('nobody to tell')) },
      signer: { sign: async (one) => signedBy(one) },
      clock: { now: () => clock },
      log: recordingLog(),
      region,
      retentionHours: 24,
    });

    expect(await seal()).toEqual({ sealed: [], ticked: 0 });
    clock = at(27 * 60);
    expect((await seal()).sealed).toEqual(['sa-east-1/access/shardId-000000000000/2026-11-26T20']);
    expect(await seal()).toEqual({ sealed: [], ticked: 0 });
  });

  it('does not overwrite what somebody else has moved on', async () => {
    const ledger = new InMemoryChainLedger();
    const random = seededRandom('rivals');
    const { position } = chainArrivals(place, undefined, [recordAt(random, 1)]);
    await ledger.moveOn(place.shardId, undefined, position, []);

    await expect(ledger.moveOn(place.shardId, undefined, position, [])).rejects.toThrow(StalePositionError);
  });
});
