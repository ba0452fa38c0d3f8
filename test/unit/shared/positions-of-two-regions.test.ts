import fc from 'fast-check';
import type { Delivered } from '../../../lambdas/shared/envelope';
import { InMemoryOrderedStore } from '../../../lambdas/shared/in-memory-ordered-store.adapter';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import { InMemoryStreamCheckpoints } from '../../../lambdas/shared/in-memory-stream-checkpoints.adapter';
import { InMemoryTries } from '../../../lambdas/shared/in-memory-tries.adapter';
import { orderedConsumer } from '../../../lambdas/shared/ordered-consumer';
import type { Position } from '../../../lambdas/shared/ordered-delivery';
import type { Effect } from '../../../lambdas/shared/ordered-effect';
import type { OrderedCommit } from '../../../lambdas/shared/ordered-store.port';
import { streamEvent } from '../../../lambdas/shared/stream-event';
import type { StreamRecord } from '../../../lambdas/shared/stream-record';
import { InMemoryOrderedLog } from './in-memory-ordered-log';
import { recordingLog } from './messages';
import { kinesisEvent, type Noted, noted, notedV1 } from './stream-events';

const NAMES = ['sa-east-1', 'us-east-1'] as const;
const context = { invokedFunctionArn: 'arn:consumer:live', getRemainingTimeInMillis: () => 60_000 };

/** Writes what its region may, and hands it to the other one when replication gets there. */
class ReplicatedStore extends InMemoryOrderedStore {
  readonly underWay: Position[] = [];

  constructor(private readonly applied: string[]) {
    super();
  }

  override async commit(generation: string, commit: OrderedCommit): Promise<void> {
    await super.commit(generation, commit);
    this.underWay.push(...commit.changes.map(({ after }) => after));
    for (const effect of commit.effects) this.applied.push(`${effect.key.pk} ${effect.key.sk}`);
  }
}

/** One consumer in two regions, each with its own log; a table replicates what they write, later. */
const twoRegions = () => {
  let now = Date.parse('2026-11-23T08:00:00.000Z');
  const clock = { now: () => new Date(now) };
  const project = ({ subject, sequence }: Delivered<Noted>): readonly Effect[] => [
    { kind: 'put', key: { pk: subject, sk: String(sequence) }, attributes: {} },
  ];
  /** In the order of the transactions of both. */
  const applied: string[] = [];
  const regions = NAMES.map((region) => {
    const store = new ReplicatedStore(applied);
    const parking = new InMemoryParking({ context: 'test', consumer: 'notes', region });
    const source = new InMemoryOrderedLog(1, () => now, region);
    const handler = orderedConsumer({
      ...{ consumer: 'notes', accepts: [streamEvent(notedV1, project)], ignores: [], store, parking, clock, source },
      ...{ checkpoints: new InMemoryStreamCheckpoints(clock), tries: new InMemoryTries() },
      ...{ gapPatienceSeconds: 60, log: recordingLog() },
    });
    return { region, store, parking, source, handler };
  });
  const at = (index: number) => {
    const region = regions[index];
    if (region === undefined) throw new RangeError(`region ${index} of ${regions.length}`);
    return region;
  };
  const replicate = (from: number, most = Number.POSITIVE_INFINITY) => {
    const [one, other] = [at(from), at(1 - from)];
    for (const position of one.store.underWay.splice(0, most)) other.store.replicated('v1', one.region, position);
  };
  const put = (index: number, sequence: number) => at(index).source.put('visit/1', noted('visit/1', sequence));
  const consume = async (index: number, ...records: readonly StreamRecord[]) =>
    at(index).handler(kinesisEvent(records), context);
  const sweep = async (index: number) => at(index).handler({ fillGaps: true }, context);
  const redrive = async (index: number) => {
    const caseId = (await at(index).parking.openFor(['v1/visit/1'])).get('v1/visit/1');
    if (caseId !== undefined) await at(index).handler({ redriveCase: caseId }, context);
  };
  const position = async (index: number) => (await at(index).store.load('v1', ['visit/1'])).get('visit/1')?.position;
  const pass = (seconds: number) => {
    now += seconds * 1_000;
  };
  return { put, consume, replicate, sweep, redrive, applied, position, pass };
};

describe('a visit whose events go to the logs of two regions', () => {
  it('goes on elsewhere from where replication says that it is', async () => {
    const { put, consume, replicate, applied, position } = twoRegions();
    await consume(0, put(0, 1), put(0, 2));
    replicate(0);

    await consume(1, put(1, 3));

    expect(applied).toEqual(['visit/1 1', 'visit/1 2', 'visit/1 3']);
    expect(await position(1)).toMatchObject({ sequence: 3, version: 1 });
  });

  it('takes a repeat that goes to the other region for one', async () => {
    const { put, consume, replicate, applied } = twoRegions();
    await consume(0, put(0, 1));
    replicate(0);

    await consume(1, put(1, 1));

    expect(applied).toEqual(['visit/1 1']);
  });

  it('waits for what replication has not brought yet, and goes on with the first look after it has', async () => {
    const { put, consume, replicate, sweep, applied, position } = twoRegions();
    await consume(0, put(0, 1));
    await consume(1, put(1, 2));
    await sweep(1);
    expect(applied).toEqual(['visit/1 1']);

    replicate(0);
    await sweep(1);

    expect(applied).toEqual(['visit/1 1', 'visit/1 2']);
    expect(await position(1)).toMatchObject({ sequence: 2, waiting: 0 });
  });

  it('forgets what it keeps when the other region has applied that as well', async () => {
    const { put, consume, replicate, sweep, applied, position } = twoRegions();
    await consume(1, put(1, 2));
    await consume(0, put(0, 1), put(0, 2));
    replicate(0);

    await sweep(1);

    expect(applied).toEqual(['visit/1 1', 'visit/1 2']);
    expect(await position(1)).toMatchObject({ sequence: 2, waiting: 0 });
  });

  it('has each event applied once and in order, wherever and in whatever order they come, and however slow replication is', async () => {
    const events = 8;
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('deliver' as const), pick: fc.nat() }) },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('replicate' as const), region: fc.nat(1), most: fc.nat(3) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const), region: fc.nat(1) }) },
    );
    const homes = fc.array(fc.nat(1), { minLength: events, maxLength: events });
    await fc.assert(
      fc.asyncProperty(homes, fc.array(step, { maxLength: 40 }), async (homeOf, steps) => {
        const { put, consume, replicate, sweep, redrive, applied, position, pass } = twoRegions();
        const records = homeOf.map((home, index) => ({ home, record: put(home, index + 1) }));
        const left = [...records];
        for (const one of steps) {
          pass(20);
          if (one.kind === 'replicate') replicate(one.region, one.most);
          else if (one.kind === 'sweep') await sweep(one.region);
          else {
            const [next] = left.splice(one.pick % Math.max(1, left.length), 1);
            // A record that was delivered before comes again.
            const { home, record } = next ?? records[one.pick % events] ?? { home: 0, record: put(0, 1) };
            await consume(home, record);
          }
        }
        for (const { home, record } of left) await consume(home, record);
        for (let round = 0; round < 2 * events; round += 1) {
          for (const region of [0, 1]) {
            [0, 1].forEach((from) => replicate(from));
            await redrive(region);
            await sweep(region);
          }
          pass(20);
        }

        const expected = Array.from({ length: events }, (_, index) => `visit/1 ${index + 1}`);
        expect(applied).toEqual(expected);
        expect(await position(0)).toMatchObject({ sequence: events, waiting: 0 });
        expect(await position(1)).toMatchObject({ sequence: events, waiting: 0 });
      }),
      { numRuns: 300 },
    );
  });
});
