import fc from 'fast-check';
import {
  LogEventTooLargeError,
  LogOverloadedError,
  LogUnavailableError,
} from '../../../lambdas/shared/event-log.errors';
import type { LogEvent } from '../../../lambdas/shared/event-log.port';
import { KinesisEventLog } from '../../../lambdas/shared/kinesis-event-log.adapter';
import { type CallFate, FakeKinesis, type Fate } from './fake-kinesis';

const streamArn = 'arn:aws:kinesis:sa-east-1:000000000000:stream/activity';
const event = (entity: string, sequence: number): LogEvent => ({ entity, text: `${entity}#${sequence}` });
const eventsOf = (entity: string, count: number): LogEvent[] =>
  Array.from({ length: count }, (_, index) => event(entity, index + 1));

let kinesis: FakeKinesis;
const logOver = async (...fates: Parameters<typeof FakeKinesis.start>) => {
  kinesis = await FakeKinesis.start(...fates);
  const pauses: number[] = [];
  const timer = {
    after: async (milliseconds: number) => {
      pauses.push(milliseconds);
    },
  };
  return { log: new KinesisEventLog(kinesis.client, { streamArn, timer, jitter: () => 0.5 }), pauses };
};
afterEach(() => kinesis.stop());

const textsOf = (entity: string): readonly string[] =>
  kinesis.log.filter((record) => record.entity === entity).map(({ text }) => text);

/** The log without the events that it has had before, as a consumer that knows their ids sees it. */
const oncePerId = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

describe('KinesisEventLog', () => {
  it('puts each event under its entity and answers where it lies', async () => {
    const { log } = await logOver();

    const places = await log.append([event('visit/1', 1), event('visit/2', 1)]);

    expect(kinesis.calls).toEqual([[event('visit/1', 1), event('visit/2', 1)]]);
    expect(places).toEqual([
      { lane: 'shardId-0', position: '1' },
      { lane: 'shardId-0', position: '2' },
    ]);
  });

  it('sends the next event of an entity when the one before it is acknowledged, and never two of one entity in a call', async () => {
    const { log } = await logOver();

    await log.append([...eventsOf('visit/1', 3), ...eventsOf('visit/2', 2)]);

    expect(kinesis.calls.map((call) => call.map(({ text }) => text))).toEqual([
      ['visit/1#1', 'visit/2#1'],
      ['visit/1#2', 'visit/2#2'],
      ['visit/1#3'],
    ]);
  });

  it('holds back what follows an event that a partial failure has refused, and nothing of other entities', async () => {
    const { log } = await logOver(({ text }, call) => (text === 'visit/1#1' && call < 2 ? 'throttled' : 'taken'));

    await log.append([...eventsOf('visit/1', 2), ...eventsOf('visit/2', 2)]);

    expect(textsOf('visit/1')).toEqual(['visit/1#1', 'visit/1#2']);
    expect(kinesis.log.map(({ text }) => text).slice(0, 2)).toEqual(['visit/2#1', 'visit/2#2']);
  });

  it('splits a round of more than 500 entities, and one of more than 5 MiB', async () => {
    const { log } = await logOver();
    const large = Array.from({ length: 7 }, (_, index) => ({ entity: `large/${index}`, text: 'x'.repeat(1_000_000) }));

    await log.append([...Array.from({ length: 501 }, (_, index) => event(`visit/${index}`, 1)), ...large]);

    expect(kinesis.calls.map((call) => call.length)).toEqual(expect.arrayContaining([500]));
    expect(kinesis.calls.flat()).toHaveLength(508);
    for (const call of kinesis.calls)
      expect(call.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(5 * 1024 * 1024);
  });

  it('waits longer after each failure, up to a second, and gives an overloaded log up', async () => {
    const { log, pauses } = await logOver(() => 'throttled');

    const failure = await log.append(eventsOf('visit/1', 3)).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(LogOverloadedError);
    expect(failure).toMatchObject({
      retryAfterSeconds: 1,
      left: { entities: ['visit/1'], events: 3, reason: 'ProvisionedThroughputExceededException' },
    });
    expect(pauses).toEqual([25, 50, 100, 200, 400, 500, 500]);
    expect(kinesis.calls).toHaveLength(8);
  });

  it('gives up one entity alone: the others are appended', async () => {
    const { log } = await logOver(({ entity }) => (entity === 'visit/1' ? 'failed' : 'taken'));

    await expect(log.append([...eventsOf('visit/1', 2), ...eventsOf('visit/2', 2)])).rejects.toThrow(
      LogUnavailableError,
    );

    expect(textsOf('visit/1')).toEqual([]);
    expect(textsOf('visit/2')).toEqual(['visit/2#1', 'visit/2#2']);
  });

  it.each([
    ['throttled', LogOverloadedError],
    ['broken', LogUnavailableError],
  ] as const)('retries a call that is %s, and says so in the end', async (fate, expected) => {
    const { log } = await logOver(
      () => 'taken',
      () => fate,
    );

    await expect(log.append(eventsOf('visit/1', 2))).rejects.toThrow(expected);

    expect(kinesis.calls).toHaveLength(8);
  });

  it('does not repeat a call that is denied', async () => {
    const { log } = await logOver(
      () => 'taken',
      () => 'denied',
    );

    await expect(log.append(eventsOf('visit/1', 1))).rejects.toMatchObject({ name: 'AccessDeniedException' });

    expect(kinesis.calls).toHaveLength(1);
  });

  it('refuses an event that the stream would not take before it sends anything', async () => {
    const { log } = await logOver();

    await expect(log.append([event('visit/1', 1), { entity: 'visit/2', text: 'x'.repeat(2_000_000) }])).rejects.toThrow(
      LogEventTooLargeError,
    );

    expect(kinesis.calls).toEqual([]);
  });

  it('whatever fails: each entity is in order once repeats are taken out, and nothing that was acknowledged is missing', async () => {
    const fate = fc.constantFrom<Fate>('taken', 'taken', 'taken', 'throttled', 'failed', 'unacknowledged');
    const callFate = fc.constantFrom<CallFate>('answered', 'answered', 'answered', 'throttled', 'broken', 'lost');
    const plan = fc.record({
      order: fc.array(fc.constantFrom('visit/1', 'visit/2', 'visit/3'), { minLength: 1, maxLength: 20 }),
      fates: fc.array(fate, { minLength: 1, maxLength: 60 }),
      callFates: fc.array(callFate, { minLength: 1, maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ order, fates, callFates }) => {
        let next = 0;
        const { log } = await logOver(
          () => fates[next++ % fates.length] ?? 'taken',
          (call) => callFates[call % callFates.length] ?? 'answered',
        );
        const numbers = new Map<string, number>();
        const events = order.map((entity) => {
          const sequence = (numbers.get(entity) ?? 0) + 1;
          numbers.set(entity, sequence);
          return event(entity, sequence);
        });

        const outcome = await log.append(events).then(
          () => 'all' as const,
          (error: unknown) => error,
        );

        for (const [entity, count] of numbers) {
          const sent = eventsOf(entity, count).map(({ text }) => text);
          const kept = oncePerId(textsOf(entity));
          // In order and without a gap, however far it came.
          expect(kept).toEqual(sent.slice(0, kept.length));
          if (outcome === 'all') expect(kept).toHaveLength(count);
        }
        if (outcome !== 'all')
          expect(outcome).toMatchObject({ name: expect.stringMatching(/^Log(Overloaded|Unavailable)Error$/) });
        for (const call of kinesis.calls) expect(new Set(call.map(({ entity }) => entity)).size).toBe(call.length);
        await kinesis.stop();
      }),
      { numRuns: 150 },
    );
  });
});
