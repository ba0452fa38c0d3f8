import type { KinesisStreamBatchResponse } from 'aws-lambda';
import type { Delivered } from '../../../lambdas/shared/envelope';
import { InMemoryOrderedStore } from '../../../lambdas/shared/in-memory-ordered-store.adapter';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import { InMemoryStreamCheckpoints } from '../../../lambdas/shared/in-memory-stream-checkpoints.adapter';
import { InMemoryTries } from '../../../lambdas/shared/in-memory-tries.adapter';
import { orderedConsumer } from '../../../lambdas/shared/ordered-consumer';
import type { OrderedConsumerOptions } from '../../../lambdas/shared/ordered-consumer-options';
import type { Effect } from '../../../lambdas/shared/ordered-effect';
import { EARLY_ROOM, MAX_KEPT_BYTES } from '../../../lambdas/shared/ordered-plan';
import { EffectRefusedError, EntityMovedError } from '../../../lambdas/shared/ordered-store.errors';
import type { OrderedCommit } from '../../../lambdas/shared/ordered-store.port';
import type { EventPlace } from '../../../lambdas/shared/stream-event';
import { streamEvent } from '../../../lambdas/shared/stream-event';
import type { StreamRecord } from '../../../lambdas/shared/stream-record';
import type {
  FillGapsAnswer,
  LagAnswer,
  ReplayAnswer,
  StreamRequest,
} from '../../../lambdas/shared/stream-request.contract';
import { InMemoryOrderedLog } from './in-memory-ordered-log';
import { recordingLog } from './messages';
import { kinesisEvent, type Noted, noted, notedV1 } from './stream-events';
import { evacuatedGate } from './two-regions';

const START = Date.parse('2026-11-23T08:00:00.000Z');
const context = { invokedFunctionArn: 'arn:consumer:live', getRemainingTimeInMillis: () => 60_000 };

/** One list an entity and generation: what was applied, in the order of the transactions. */
class RecordingStore extends InMemoryOrderedStore {
  readonly applied = new Map<string, string[]>();
  commits = 0;
  /** Fails the commits of an entity. */
  readonly failing = new Map<string, () => Error>();

  override async commit(generation: string, commit: OrderedCommit): Promise<void> {
    this.commits += 1;
    for (const { before } of commit.changes) {
      const error = this.failing.get(before.entity)?.();
      if (error) throw error;
    }
    await super.commit(generation, commit);
    for (const effect of commit.effects) {
      if (effect.kind !== 'put') continue;
      const list = `${generation}/${String(effect.attributes['entity'])}`;
      this.applied.set(list, [...(this.applied.get(list) ?? []), String(effect.attributes['text'])]);
    }
  }
}

const start = (more: Partial<OrderedConsumerOptions> & { readonly store?: RecordingStore } = {}) => {
  let now = START;
  const clock = { now: () => new Date(now) };
  const log = new InMemoryOrderedLog(1, () => now);
  const { store = new RecordingStore() } = more;
  const parking = new InMemoryParking({ context: 'test', consumer: 'notes', region: 'sa-east-1' });
  const checkpoints = new InMemoryStreamCheckpoints(clock);
  const tries = new InMemoryTries();
  const poison = new Set<string>();
  const lines = recordingLog();
  const project = ({ subject, sequence, data }: Delivered<Noted>): readonly Effect[] => {
    if (poison.has(data.text)) throw new Error(`${data.text} is secret`);
    const attributes = { entity: subject, text: data.text };
    return [{ kind: 'put', key: { pk: subject, sk: String(sequence) }, attributes }];
  };
  const handler = orderedConsumer({
    ...{ consumer: 'notes', accepts: [streamEvent(notedV1, project)], ignores: ['test.Ignored.v1'] },
    ...{ store, parking, checkpoints, tries, clock, gapPatienceSeconds: 60, source: log, log: lines, ...more },
  });
  const put = (subject: string, sequence: number, attributes = {}): StreamRecord =>
    log.put(subject, noted(subject, sequence, attributes));
  const consume = async (...records: StreamRecord[]): Promise<string[]> => {
    const answer = (await handler(kinesisEvent(records), context)) as KinesisStreamBatchResponse;
    return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  const ask = (request: StreamRequest) => handler(request, context);
  const fillGaps = async () => ((await ask({ fillGaps: true })) as FillGapsAnswer).fillGaps;
  const replay = async (from: 'horizon' | 'checkpoint' | { time: string }, into: string) =>
    ((await ask({ replay: { from, into } })) as ReplayAnswer).replay;
  const caseOf = async (entity: string, generation = 'v1') =>
    (await parking.openFor([`${generation}/${entity}`])).values().next().value;
  const parkedFor = async (entity: string) => {
    const caseId = await caseOf(entity);
    return caseId === undefined ? undefined : parking.cases.get(caseId)?.opening.reason;
  };
  const redrive = async (entity: string) => handler({ redriveCase: (await caseOf(entity)) ?? '' }, context);
  const discard = async (entity: string) => {
    const caseId = (await caseOf(entity)) ?? '';
    const number = (await parking.messages(caseId))[0]?.number;
    return handler({ discardMessage: { caseId, number, reason: 'never', by: 'operator' } }, context);
  };
  const applied = (entity: string, generation = 'v1') => store.applied.get(`${generation}/${entity}`) ?? [];
  const pass = (seconds: number) => {
    now += seconds * 1_000;
  };
  return {
    ...{ handler, log, store, parking, checkpoints, tries, poison, lines, put, consume, ask, fillGaps, replay },
    ...{ caseOf, parkedFor, redrive, discard, applied, pass },
  };
};

describe('a batch of a stream', () => {
  it('is applied in the order of each entity, once, whatever comes twice or too soon', async () => {
    const { put, consume, applied } = start();
    const [a1, a2, a3, b1] = [put('a', 1), put('a', 2), put('a', 3), put('b', 1)];

    const failures = await consume(a3, b1, a1, a1, a3, a2, a2, b1, a3);

    expect(failures).toEqual([]);
    expect(applied('a')).toEqual(['a 1', 'a 2', 'a 3']);
    expect(applied('b')).toEqual(['b 1']);
  });

  it('writes the events of an entity and what they change in one transaction', async () => {
    const { put, consume, store } = start();

    await consume(put('a', 1), put('a', 2), put('a', 3));

    expect(store.commits).toBe(1);
    expect((await store.load('v1', ['a'])).get('a')?.position).toMatchObject({ sequence: 3, waiting: 0 });
  });

  it('writes entities together, as many as a transaction takes', async () => {
    const { put, consume, store, applied } = start({ store: new RecordingStore({ maxItems: 10 }) });
    const entities = ['a', 'b', 'c', 'd', 'e', 'f'];

    await consume(...entities.map((entity) => put(entity, 1)));

    // Each has its position and one effect.
    expect(store.commits).toBe(2);
    expect(entities.flatMap((entity) => applied(entity))).toEqual(entities.map((entity) => `${entity} 1`));
  });

  it('merges what two entities write into one item, the later over the earlier', async () => {
    const last = ({ subject }: Delivered<Noted>): readonly Effect[] => [
      { kind: 'put', key: { pk: 'LAST', sk: '1' }, attributes: { entity: subject, text: 'last' } },
    ];
    const { put, consume, store } = start({ accepts: [streamEvent(notedV1, last)] });

    expect(await consume(put('a', 1), put('b', 1))).toEqual([]);

    expect([...store.items.values()].map(({ attributes }) => attributes['entity'])).toEqual(['b']);
    expect(store.commits).toBe(1);
  });

  it('keeps what comes before its turn, in whatever batch the missing event arrives', async () => {
    const { put, consume, applied } = start();
    const [a1, a2, a3, a4] = [put('a', 1), put('a', 2), put('a', 3), put('a', 4)];

    await consume(a1, a3);
    await consume(a4, a3);
    expect(applied('a')).toEqual(['a 1']);
    await consume(a2);

    expect(applied('a')).toEqual(['a 1', 'a 2', 'a 3', 'a 4']);
  });

  it('splits what does not fit into one transaction, and loses no part of it', async () => {
    const { put, consume, applied } = start({ store: new RecordingStore({ maxItems: 10 }) });
    const records = Array.from({ length: 60 }, (_, index) => put('a', index + 1));

    await consume(...records.slice(1).reverse());
    await consume(records[0]!);

    expect(applied('a')).toEqual(records.map((_, index) => `a ${index + 1}`));
  });

  it('lets ignored types take their turn', async () => {
    const { put, consume, applied } = start();

    await consume(put('a', 1), put('a', 2, { type: 'test.Ignored.v1' }), put('a', 3));

    expect(applied('a')).toEqual(['a 1', 'a 3']);
  });

  it('applies what others have not when two workers hold the same entity', async () => {
    const { put, consume, applied, store } = start();
    const [a1, a2] = [put('a', 1), put('a', 2)];
    const other = start({ store });
    store.failing.set('a', () => {
      store.failing.clear();
      void other.consume(a1);
      return new EntityMovedError(['a']);
    });

    expect(await consume(a1, a2)).toEqual([]);

    expect(applied('a')).toEqual(['a 1', 'a 2']);
  });

  it('answers the first record of an entity that cannot be written now, and goes on with the others', async () => {
    const { put, consume, applied, store, checkpoints } = start();
    const [b1, a1, c1, a2] = [put('b', 1), put('a', 1), put('c', 1), put('a', 2)];
    store.failing.set('a', () => new Error('the table is away'));

    expect(await consume(b1, a1, c1, a2)).toEqual([a1.place.sequenceNumber]);

    expect([applied('a'), applied('b'), applied('c')]).toEqual([[], ['b 1'], ['c 1']]);
    expect(await checkpoints.list()).toMatchObject([{ sequenceNumber: b1.place.sequenceNumber, records: 1 }]);
    store.failing.clear();
    await consume(a1, c1, a2);
    expect([applied('a'), applied('c')]).toEqual([['a 1', 'a 2'], ['c 1']]);
    expect(await checkpoints.list()).toMatchObject([{ sequenceNumber: a2.place.sequenceNumber, records: 4 }]);
  });

  it('comes again as a whole where the region may not write', async () => {
    const { put, consume, applied } = start({ gate: evacuatedGate() });
    const a1 = put('a', 1);

    expect(await consume(a1, put('b', 1))).toEqual([a1.place.sequenceNumber]);
    expect(applied('a')).toEqual([]);
  });

  it('is done when only its checkpoint cannot be saved', async () => {
    const { put, consume, checkpoints, applied, lines } = start();
    checkpoints.advance = () => Promise.reject(new Error('the table is away'));

    expect(await consume(put('a', 1))).toEqual([]);

    expect(applied('a')).toEqual(['a 1']);
    expect(lines.lines.map(({ message }) => message)).toEqual(['checkpoint not saved']);
  });
});

describe('effects that add to the same item', () => {
  const project = ({ data }: Delivered<Noted>, { lane }: EventPlace): readonly Effect[] => [
    { kind: 'add', key: { pk: 'COUNTER', sk: `${lane}#${data.text}` }, amounts: { count: 1 }, attributes: { lane } },
  ];

  it('are written together, for as many entities as a transaction takes', async () => {
    const { put, consume, store } = start({ accepts: [streamEvent(notedV1, project)] });
    const records = Array.from({ length: 150 }, (_, index) => put(`e/${index}`, 1, { text: 'viewed' }));

    await consume(...records, put('other', 1, { text: 'carted' }));

    const counts = [...store.items.values()].map(({ attributes }) => attributes['count']).sort();
    expect(counts).toEqual([1, 150]);
    // A position and the counter each: 50 entities a transaction, and one for the entity that adds to another item.
    expect(store.commits).toBe(4);
  });

  it('are each counted once when one of those entities cannot be written', async () => {
    const { put, consume, store } = start({ accepts: [streamEvent(notedV1, project)] });
    const records = ['a', 'b', 'c'].map((entity) => put(entity, 1, { text: 'viewed' }));
    store.failing.set('b', () => new Error('the table is away'));

    expect(await consume(...records)).toEqual([records[1]!.place.sequenceNumber]);
    store.failing.clear();
    await consume(...records.slice(1));

    expect([...store.items.values()].map(({ attributes }) => attributes['count'])).toEqual([3]);
  });
});

describe('a record that can never be handled', () => {
  const bad: readonly [string, string | Buffer, string][] = [
    ['is no JSON', 'not JSON', 'Unreadable'],
    ['is no text', Buffer.from([0xff, 0xfe, 0x00]), 'Unreadable'],
    ['has no entity', noted('a', 2, { subject: undefined }), 'Unreadable'],
    ['has no sequence', noted('a', 2, { sequence: undefined }), 'Unreadable'],
    ['is numbered 0', noted('a', 0), 'Unreadable'],
    ['is of an unknown type', noted('a', 2, { type: 'test.Other.v1' }), 'Unreadable'],
    ['has no time', noted('a', 2, { time: 'yesterday' }), 'Unreadable'],
    ['has no data', noted('a', 2, { data_base64: undefined }), 'Unreadable'],
    ['was written with an unknown schema', noted('a', 2, { data_base64: `AwA${'A'.repeat(40)}` }), 'UnknownSchema'],
    ['comes from the future', noted('a', 2, { time: '2026-11-24T08:00:01.000Z' }), 'FutureTime'],
    ['takes the number of another event', noted('a', 1, { id: 'another' }), 'SequenceGoesBack'],
    ['makes the projection fail', noted('a', 2, { text: 'poison' }), 'ProjectionFailed'],
  ];

  it.each(bad)('parks its entity and nobody else: it %s', async (_name, text, reason) => {
    const { log, put, consume, applied, parkedFor, poison, lines } = start();
    poison.add('poison');
    const records = [put('a', 1), put('b', 1), log.put('a', text), put('b', 2), put('a', 2)];

    expect(await consume(...records)).toEqual([]);
    expect(await consume(put('a', 3), put('b', 3))).toEqual([]);

    expect(applied('b')).toEqual(['b 1', 'b 2', 'b 3']);
    expect(applied('a')).toEqual(['a 1']);
    expect(await parkedFor('a')).toBe(reason);
    expect(JSON.stringify(lines.lines)).not.toContain('poison');
  });

  it.each(bad)('holds up its entity until an operator gives it up: it %s', async (_name, text) => {
    const { log, put, consume, applied, discard, redrive, fillGaps, pass, poison, parkedFor } = start();
    poison.add('poison');
    await consume(put('a', 1), log.put('a', text), put('a', 3), put('a', 4));
    await discard('a');
    await redrive('a');
    pass(120);

    await fillGaps();
    // A place that nobody knows of is a gap of its own.
    if ((await parkedFor('a')) === 'Gap') await discard('a');

    expect(applied('a')).toEqual(['a 1', 'a 3', 'a 4']);
    expect(await parkedFor('a')).toBeUndefined();
  });

  it('is handled by a redrive once it can be, and what came behind it in order', async () => {
    const { put, consume, applied, redrive, poison, caseOf } = start();
    poison.add('a 2');
    const [a1, a2, a3, a4] = [put('a', 1), put('a', 2), put('a', 3), put('a', 4)];
    await consume(a1, a2, a4);
    await consume(a3, a2);
    expect(await redrive('a')).toMatchObject({ outcome: 'stopped', redriven: 0 });
    poison.clear();

    expect(await redrive('a')).toMatchObject({ outcome: 'closed' });

    expect(applied('a')).toEqual(['a 1', 'a 2', 'a 3', 'a 4']);
    expect(await caseOf('a')).toBeUndefined();
  });

  it('waits once in its case, and so does what is behind it, however often the batch is delivered', async () => {
    const { put, consume, poison, parking, caseOf, redrive, applied } = start();
    poison.add('a 2');
    const batch = [put('a', 1), put('a', 2), put('a', 3)];
    await consume(...batch);
    await consume(...batch);
    await consume(...batch, put('a', 4));

    expect(await parking.messages((await caseOf('a')) ?? '')).toHaveLength(3);
    poison.clear();
    expect(await redrive('a')).toMatchObject({ outcome: 'closed' });
    expect(applied('a')).toEqual(['a 1', 'a 2', 'a 3', 'a 4']);
  });

  it('parks its entity also when it had waited for its turn', async () => {
    const { put, consume, applied, redrive, parkedFor, poison } = start();
    const [a1, a2, a3] = [put('a', 1), put('a', 2), put('a', 3)];
    poison.add('a 2');
    await consume(a3, a2);

    expect(await consume(a1)).toEqual([]);
    expect(applied('a')).toEqual(['a 1']);
    expect(await parkedFor('a')).toBe('ProjectionFailed');
    poison.clear();
    await redrive('a');

    expect(applied('a')).toEqual(['a 1', 'a 2', 'a 3']);
  });

  it('parks its entity when the store refuses what it writes, and only that event', async () => {
    const { put, consume, applied, store, parkedFor } = start();
    const commit = store.commit.bind(store);
    store.commit = async (generation, one) => {
      if (one.effects.some((effect) => effect.kind === 'put' && effect.attributes['text'] === 'a 2'))
        throw new EffectRefusedError('too large');
      await commit(generation, one);
    };

    expect(await consume(put('a', 1), put('a', 2), put('a', 3), put('b', 1))).toEqual([]);

    expect([applied('a'), applied('b')]).toEqual([['a 1'], ['b 1']]);
    expect(await parkedFor('a')).toBe('EffectRefused');
  });

  it('is an event too large to be kept: it is read from the log again when its turn comes', async () => {
    const { put, consume, applied, store } = start();
    const long = 'x'.repeat(MAX_KEPT_BYTES);
    const [a1, a2] = [put('a', 1), put('a', 2, { text: long })];

    await consume(a2);
    expect((await store.load('v1', ['a'])).get('a')?.early[0]?.body).toBeUndefined();
    await consume(a1);

    expect(applied('a')).toEqual(['a 1', long]);
  });

  it('parks an entity of which more waits than there is room for, until what is missing is found', async () => {
    const { put, log, consume, applied, parkedFor, redrive } = start();
    const records = Array.from({ length: EARLY_ROOM + 5 }, (_, index) => put('a', index + 2));
    await consume(...records);
    expect(await parkedFor('a')).toBe('EarlyRoomFull');

    expect(await redrive('a')).toMatchObject({ outcome: 'stopped' });
    log.put('a', noted('a', 1));
    expect(await redrive('a')).toMatchObject({ outcome: 'closed' });

    expect(applied('a')).toHaveLength(EARLY_ROOM + 6);
  });
});

describe('a gap', () => {
  it('is left alone while the missing event may still come by itself', async () => {
    const { put, consume, fillGaps, pass } = start();
    put('a', 1);
    await consume(put('a', 2));
    pass(59);

    expect(await fillGaps()).toMatchObject({ gaps: 0 });
  });

  it('is filled from the log, and what had waited drains in order', async () => {
    const { put, log, consume, fillGaps, pass, applied } = start();
    await consume(put('a', 1));
    put('a', 2);
    put('b', 1);
    put('a', 3);
    log.split('shardId-000000000000');
    await consume(put('a', 4), put('a', 5));
    pass(61);

    expect(await fillGaps()).toMatchObject({ gaps: 1, filled: 1, parked: 0 });

    expect(applied('a')).toEqual(['a 1', 'a 2', 'a 3', 'a 4', 'a 5']);
    expect(applied('b')).toEqual([]);
  });

  it('is parked when the log does not have the event; a redrive looks again', async () => {
    const { put, consume, fillGaps, pass, applied, parkedFor, redrive } = start();
    await consume(put('a', 1), put('a', 3));
    pass(61);

    expect(await fillGaps()).toMatchObject({ gaps: 1, filled: 0, parked: 1 });
    expect(await parkedFor('a')).toBe('Gap');
    expect(await fillGaps()).toMatchObject({ gaps: 0 });
    await consume(put('a', 4));
    expect(await redrive('a')).toMatchObject({ outcome: 'stopped' });
    put('a', 2);
    expect(await redrive('a')).toMatchObject({ outcome: 'closed' });

    expect(applied('a')).toEqual(['a 1', 'a 2', 'a 3', 'a 4']);
  });

  it('that another had hidden gets no patience of its own: what it lacks has had the time to come', async () => {
    const { put, consume, fillGaps, pass, applied, parkedFor } = start();
    const [a1, a2, a3, a6] = [put('a', 1), put('a', 2), put('a', 3), put('a', 6)];
    await consume(a1, a3, a6);
    pass(59);
    await consume(a2);
    expect(applied('a')).toEqual(['a 1', 'a 2', 'a 3']);
    expect(await fillGaps()).toMatchObject({ gaps: 0 });
    pass(2);

    expect(await fillGaps()).toMatchObject({ gaps: 1 });
    expect(await parkedFor('a')).toBe('Gap');
  });

  it('that opens while another closes has its patience from then on', async () => {
    const { put, consume, fillGaps, pass } = start();
    const [a1, a2, a3] = [put('a', 1), put('a', 2), put('a', 3)];
    await consume(a1, a3);
    pass(59);
    await consume(a2, put('a', 5));
    pass(30);

    expect(await fillGaps()).toMatchObject({ gaps: 0 });
  });

  it('is left to the next look when its entity cannot be written now, and holds up no other', async () => {
    const { put, consume, fillGaps, pass, applied, store, parkedFor } = start();
    for (const entity of ['a', 'b']) {
      await consume(put(entity, 1));
      put(entity, 2);
      await consume(put(entity, 3));
    }
    store.failing.set('a', () => new Error('the table is away'));
    pass(61);

    expect(await fillGaps()).toMatchObject({ gaps: 2, filled: 1, parked: 0, left: 1 });
    expect([applied('a').length, applied('b').length, await parkedFor('a')]).toEqual([1, 3, undefined]);
    store.failing.clear();
    await fillGaps();

    expect(applied('a')).toEqual(['a 1', 'a 2', 'a 3']);
  });

  it('is parked when what the log has ends every worker that takes it, so that others are looked after', async () => {
    const { put, consume, fillGaps, pass, applied, store, parkedFor, tries } = start();
    for (const entity of ['a', 'b']) {
      await consume(put(entity, 1));
      put(entity, 2);
      await consume(put(entity, 3));
    }
    pass(61);
    // Workers that have begun with it and were not heard of again.
    for (let killed = 0; killed < 3; killed += 1) await tries.begin('v1/a/2');

    expect(await fillGaps()).toMatchObject({ gaps: 2, filled: 1, parked: 1 });

    expect([applied('a'), applied('b')]).toEqual([['a 1'], ['b 1', 'b 2', 'b 3']]);
    expect(await parkedFor('a')).toBe('WorkerLost');
    expect(store.applied.get('v1/a')).toEqual(['a 1']);
  });

  it('is given up by an operator, who takes what never came for lost', async () => {
    const { put, consume, fillGaps, pass, applied, discard, redrive, parkedFor } = start();
    await consume(put('a', 1), put('a', 4));
    pass(61);
    await fillGaps();
    await consume(put('a', 5));

    await discard('a');
    await redrive('a');

    expect(applied('a')).toEqual(['a 1', 'a 4', 'a 5']);
    // What was given up and comes all the same is shown to the operator again.
    await consume(put('a', 3));
    expect(await parkedFor('a')).toBe('SequenceGoesBack');
  });

  /** An invocation whose time is over after so many pages of the log, each of one record. */
  const withinPages = (log: InMemoryOrderedLog, pages: number) => {
    log.pageSize = 1;
    const end = log.pages + pages;
    return { ...context, getRemainingTimeInMillis: () => (log.pages < end ? 60_000 : 0) };
  };

  it('is parked only when the log was read to its end, in as many looks as that takes', async () => {
    const { put, log, consume, pass, handler, parkedFor } = start();
    await consume(put('a', 1), put('a', 3));
    for (let other = 1; other <= 6; other += 1) put('b', other);
    pass(61);
    const look = async () => ((await handler({ fillGaps: true }, withinPages(log, 3))) as FillGapsAnswer).fillGaps;

    expect(await look()).toMatchObject({ gaps: 1, parked: 0, left: 1 });
    expect(await look()).toMatchObject({ gaps: 1, parked: 0, left: 1 });
    expect(await parkedFor('a')).toBeUndefined();
    // The eight records are read once, in pages of three looks.
    expect(await look()).toMatchObject({ gaps: 1, parked: 1, left: 0 });

    expect(await parkedFor('a')).toBe('Gap');
    expect(log.pages).toBeLessThanOrEqual(9);
  });

  it('is filled although no look comes to the end of the log in its time, and one that is younger has to wait for none', async () => {
    const { put, log, consume, pass, handler, applied } = start();
    await consume(put('a', 1), put('a', 3));
    for (let other = 1; other <= 4; other += 1) put('b', other);
    put('a', 2);
    pass(61);
    const look = () => handler({ fillGaps: true }, withinPages(log, 3));
    await look();
    await consume(put('c', 1), put('c', 3));
    put('c', 2);
    pass(61);
    for (let looks = 0; looks < 5; looks += 1) await look();

    expect([applied('a').length, applied('c').length]).toEqual([3, 3]);
  });

  it('is not told to be missing from a log that a redrive has not read to its end: the next one reads on', async () => {
    const { put, log, consume, fillGaps, pass, handler, caseOf, applied } = start();
    await consume(put('a', 1), put('a', 3));
    pass(61);
    await fillGaps();
    for (let other = 1; other <= 4; other += 1) put('b', other);
    put('a', 2);
    const redriveCase = (await caseOf('a')) ?? '';
    const redrive = () => handler({ redriveCase }, withinPages(log, 4));

    expect(await redrive()).toMatchObject({
      outcome: 'stopped',
      reason: expect.stringContaining('event 2 was not found yet'),
    });
    expect(await redrive()).toMatchObject({ outcome: 'closed' });

    expect(applied('a')).toEqual(['a 1', 'a 2', 'a 3']);
  });

  it('is not filled by a function that cannot read its log, but parked', async () => {
    const { put, consume, fillGaps, pass, parkedFor } = start({ source: undefined });
    await consume(put('a', 2));
    pass(61);

    expect(await fillGaps()).toMatchObject({ parked: 1 });
    expect(await parkedFor('a')).toBe('Gap');
  });
});

describe('a replay', () => {
  it('builds another generation, which is read and written once it is promoted', async () => {
    const { put, consume, replay, ask, applied, store } = start();
    await consume(put('a', 1), put('a', 2), put('b', 1));

    expect(await replay('horizon', 'v2')).toMatchObject({ read: 3, applied: 3, duplicates: 0, done: true });
    expect(await replay('checkpoint', 'v2')).toMatchObject({ read: 0, done: true });
    expect(applied('a', 'v2')).toEqual(['a 1', 'a 2']);
    expect(applied('a')).toEqual(['a 1', 'a 2']);
    expect(await ask({ promote: 'v2' })).toEqual({ promoted: 'v2', before: 'v1' });
    await consume(put('a', 3));

    expect(applied('a', 'v2')).toEqual(['a 1', 'a 2', 'a 3']);
    expect((await store.active()).name).toBe('v2');
  });

  it('goes on where it stopped, over a reshard', async () => {
    const { put, log, handler, applied } = start();
    log.pageSize = 2;
    const sequences = Array.from({ length: 9 }, (_, index) => index + 1);
    for (const sequence of sequences) {
      put('a', sequence);
      if (sequence === 5) log.split('shardId-000000000000');
    }
    let left = 2;
    const short = { ...context, getRemainingTimeInMillis: () => (left-- > 0 ? 60_000 : 0) };
    const rounds: ReplayAnswer['replay'][] = [];
    for (let from: 'horizon' | 'checkpoint' = 'horizon'; !rounds.at(-1)?.done; from = 'checkpoint', left = 2) {
      rounds.push(((await handler({ replay: { from, into: 'v2' } }, short)) as ReplayAnswer).replay);
    }

    expect(applied('a', 'v2')).toEqual(sequences.map((sequence) => `a ${sequence}`));
    expect(rounds.length).toBeGreaterThan(2);
    expect(rounds.reduce((sum, { read }) => sum + read, 0)).toBe(9);
  });

  it('from the middle of an entity begins with its first event that the log still has', async () => {
    const { put, consume, replay, pass, applied } = start();
    await consume(put('a', 1), put('a', 2));
    pass(3_600);
    await consume(put('a', 4), put('a', 3), put('b', 1));
    const time = new Date(START + 1_800_000).toISOString();

    expect(await replay({ time }, 'v2')).toMatchObject({ read: 3, joined: 1, done: true });

    expect(applied('a', 'v2')).toEqual(['a 3', 'a 4']);
    expect(applied('b', 'v2')).toEqual(['b 1']);
  });

  it('catches up with what went to the generation before while it was promoted', async () => {
    const { put, consume, replay, ask, pass, fillGaps, applied } = start();
    await consume(put('a', 1));
    await replay('horizon', 'v2');
    // Nothing follows this event, so that no gap would ever show that v2 lacks it.
    await consume(put('a', 2));

    await ask({ promote: 'v2' });
    pass(60);
    expect(await fillGaps()).toMatchObject({ caughtUp: 1 });
    pass(900);
    await fillGaps();
    expect(await fillGaps()).toMatchObject({ caughtUp: 0 });

    expect(applied('a', 'v2')).toEqual(['a 1', 'a 2']);
  });

  it('catches up also when the generation before is promoted again', async () => {
    const { put, consume, replay, ask, pass, fillGaps, applied } = start();
    await consume(put('a', 1));
    await replay('horizon', 'v2');
    await ask({ promote: 'v2' });
    pass(7_200);
    await consume(put('a', 2));

    await ask({ promote: 'v1' });
    await fillGaps();

    expect(applied('a', 'v1')).toEqual(['a 1', 'a 2']);
  });

  it('into the active generation repairs what was skipped, and repeats nothing', async () => {
    const { put, consume, replay, applied } = start();
    await consume(put('a', 1));
    put('a', 2);

    expect(await replay('horizon', 'v1')).toMatchObject({ read: 2, applied: 1, duplicates: 1 });

    expect(applied('a')).toEqual(['a 1', 'a 2']);
  });

  it('parks the entity of a poison record in its own generation only', async () => {
    const { put, consume, replay, caseOf, applied, poison } = start();
    await consume(put('a', 1), put('a', 2), put('b', 1));
    poison.add('a 2');

    expect(await replay('horizon', 'v2')).toMatchObject({ done: true, parked: 1 });

    expect(await caseOf('a')).toBeUndefined();
    expect(await caseOf('a', 'v2')).toBeDefined();
    expect(applied('b', 'v2')).toEqual(['b 1']);
  });

  it.each<[string, unknown]>([
    ['a generation that was never begun', { promote: 'v7' }],
    ['a name that is no generation’s', { promote: 'V#1' }],
    ['a time that is none', { replay: { from: { time: 'yesterday' }, into: 'v2' } }],
    ['something else', { drain: true }],
  ])('is refused for %s', async (_name, request) => {
    const { ask } = start();

    expect(await ask(request as StreamRequest)).toEqual({ outcome: 'refused', reason: expect.any(String) });
  });
});

describe('the lag', () => {
  it('tells for each shard how far the consumer is, and how old the next record is', async () => {
    const { put, consume, ask, pass, log } = start();
    const a1 = put('a', 1);
    await consume(a1);
    put('a', 3);
    pass(30);
    log.split('shardId-000000000000');

    const { lag, generation, gaps } = (await ask({ lag: true })) as LagAnswer;

    expect(generation).toBe('v1');
    expect(gaps).toBe(0);
    expect(lag).toMatchObject([
      { shardId: 'shardId-000000000000', sequenceNumber: a1.place.sequenceNumber, records: 1, behindMs: 30_000 },
      { shardId: 'shardId-000000000001', records: 0, behindMs: 0 },
      { shardId: 'shardId-000000000002', records: 0, behindMs: 0 },
    ]);
  });
});
