import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { orderCancelledV1 } from '../../../contracts/avro/events';
import type { AcceptedMessage } from '../../../lambdas/shared/accepted-message';
import { encodeEvent } from '../../../lambdas/shared/avro-writer';
import { defineCommand } from '../../../lambdas/shared/command-contract';
import type { Delivered } from '../../../lambdas/shared/envelope';
import { fifoConsumer } from '../../../lambdas/shared/fifo-consumer';
import type { FifoConsumerOptions, ParkedDelivery } from '../../../lambdas/shared/fifo-consumer-options';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import { InMemoryTries } from '../../../lambdas/shared/in-memory-tries.adapter';
import { onCommand } from '../../../lambdas/shared/on-command';
import { onEvent } from '../../../lambdas/shared/on-event';
import { ForeignHomeError } from '../../../lambdas/shared/region-gate.errors';
import { schemaHeader } from '../../../lambdas/shared/schema-header';
import { envelope, record, recordingLog } from './messages';
import { evacuatedGate } from './two-regions';

const doIt = defineCommand('test.Do.v1', z.object({ name: z.string() }));
const context = { invokedFunctionArn: 'arn:consumer:live', getRemainingTimeInMillis: () => 60_000 };
const command = (name: string, group: string, more = {}) =>
  JSON.stringify(envelope({ id: `id of ${name}`, subject: group, data: { name }, ...more }));

/** A consumer whose handler fails for the names it is told, and everything it has done. */
const start = (options: Partial<FifoConsumerOptions> = {}) => {
  const handled: string[] = [];
  const failing = new Set<string>();
  const postponed: { readonly handles: readonly string[]; readonly seconds: number }[] = [];
  const parked: ParkedDelivery[] = [];
  const parking = new InMemoryParking({ context: 'test', consumer: 'do-it', region: 'sa-east-1' });
  const tries = new InMemoryTries();
  const log = recordingLog();
  const handle = async ({ data }: Delivered<{ name: string }>): Promise<void> => {
    await Promise.resolve();
    if (failing.has(data.name)) throw new Error(`${data.name} fails`);
    if (data.name === 'never ends') await new Promise(() => undefined);
    handled.push(data.name);
  };
  const accepts: AcceptedMessage[] = [onCommand(doIt, handle)];
  const visibility = {
    postpone: async (handles: readonly string[], seconds: number) => {
      postponed.push({ handles, seconds });
    },
  };
  const onParked = async (one: ParkedDelivery) => {
    parked.push(one);
  };
  const all = { consumer: 'do-it', accepts, parking, visibility, tries, attempts: 3, onParked, log, ...options };
  const handler = fifoConsumer(all);
  const caseOf = async (group: string) => (await parking.openFor([group])).get(group) ?? 'none';
  const consume = async (...Records: SQSRecord[]): Promise<string[]> => {
    const answer = (await handler({ Records }, context)) as SQSBatchResponse;
    return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  /** Parks group A: its first message fails at its last delivery. */
  const park = async (first: string, ...behind: string[]): Promise<string> => {
    failing.add(first);
    const records = [first, ...behind].map((name) => record(`m of ${name}`, 'A', command(name, 'A'), 3));
    await consume(...records);
    failing.delete(first);
    return caseOf('A');
  };
  const redrive = (redriveCase: string, time = context) => handler({ redriveCase }, time);
  const discard = (discardMessage: unknown) => handler({ discardMessage }, context);
  return { handled, failing, postponed, parked, parking, tries, log, consume, park, redrive, discard, caseOf };
};

describe('a batch of a FIFO queue', () => {
  it('is acknowledged as a whole when all of it is handled, in the order of each group', async () => {
    const { consume, handled } = start();

    const failures = await consume(
      record('m1', 'A', command('a1', 'A')),
      record('m2', 'B', command('b1', 'B')),
      record('m3', 'A', command('a2', 'A')),
    );

    expect(failures).toEqual([]);
    expect(handled.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2']);
    expect(handled).toContain('b1');
  });

  it('answers the message that failed and all later ones of its group, and goes on with the other groups', async () => {
    const { consume, handled, failing } = start();
    failing.add('a2');

    const failures = await consume(
      record('m1', 'A', command('a1', 'A')),
      record('m2', 'A', command('a2', 'A')),
      record('m3', 'B', command('b1', 'B')),
      record('m4', 'A', command('a3', 'A')),
    );

    expect(failures).toEqual(['m2', 'm4']);
    expect(handled.sort()).toEqual(['a1', 'b1']);
  });

  it('runs groups side by side', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const order: string[] = [];
    const handle = async ({ data }: Delivered<{ name: string }>) => {
      if (data.name === 'slow') await gate;
      else release();
      order.push(data.name);
    };
    const { consume } = start({ accepts: [onCommand(doIt, handle)] });

    await consume(record('m1', 'A', command('slow', 'A')), record('m2', 'B', command('quick', 'B')));

    expect(order).toEqual(['quick', 'slow']);
  });

  it('gives the same partial failures as Powertools, whatever fails', async () => {
    const batches = fc.array(fc.record({ group: fc.constantFrom('A', 'B', 'C'), fails: fc.boolean() }), {
      minLength: 1,
      maxLength: 10,
    });

    await fc.assert(
      fc.asyncProperty(batches, async (batch) => {
        const { consume, failing } = start();
        const records = batch.map(({ group, fails }, index) => {
          if (fails) failing.add(`n${index}`);
          return record(`m${index}`, group, command(`n${index}`, group));
        });
        const handle = async ({ body }: SQSRecord) => {
          if (failing.has(JSON.parse(body).data.name)) throw new Error('fails');
        };
        const theirs = await processPartialResponse({ Records: records }, handle, new SqsFifoPartialProcessorAsync(), {
          skipGroupOnError: true,
          throwOnFullBatchFailure: false,
        });

        const ours = await consume(...records);

        expect(ours.sort()).toEqual(theirs.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort());
      }),
    );
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
  ])('at delivery %i comes back after %i seconds, with the whole rest of its group', async (receiveCount, seconds) => {
    const { consume, failing, postponed } = start({ attempts: 4 });
    failing.add('a1');

    await consume(
      record('m1', 'A', command('a1', 'A'), receiveCount),
      record('m2', 'B', command('b1', 'B')),
      record('m3', 'A', command('a2', 'A'), receiveCount),
    );

    expect(postponed).toEqual([{ handles: ['handle of m1', 'handle of m3'], seconds }]);
  });

  it('waits at most 900 seconds between two tries', async () => {
    const { consume, failing, postponed } = start({ attempts: 1_000 });
    failing.add('a1');

    await consume(record('m1', 'A', command('a1', 'A'), 400));

    expect(postponed[0]?.seconds).toBe(900);
  });

  it('is answered just the same when its visibility cannot be changed', async () => {
    const visibility = { postpone: async () => Promise.reject(new Error('throttled')) };
    const { consume, failing } = start({ visibility });
    failing.add('a1');

    expect(await consume(record('m1', 'A', command('a1', 'A')))).toEqual(['m1']);
  });

  it('hands the handler the decoded event, its attributes and how often it was delivered', async () => {
    const seen: Delivered<unknown>[] = [];
    const accepts = [onEvent(orderCancelledV1, (message) => void seen.push(message))];
    const { consume } = start({ accepts });
    const data = { orderId: 'o-1', customerId: 'c-1' };
    const data_base64 = Buffer.from(encodeEvent(orderCancelledV1, data)).toString('base64');
    const { data: _none, ...attributes } = envelope({ type: orderCancelledV1.type, data_base64, sequence: 4 });

    await consume(record('m1', 'order/1', JSON.stringify(attributes), 2));

    expect(seen).toMatchObject([{ data, sequence: 4, receiveCount: 2, correlationid: 'correlation-1' }]);
  });

  it('logs what failed with its correlation id and without its data', async () => {
    const { consume, failing, log } = start();
    failing.add('a1');

    await consume(record('m1', 'A', command('a1', 'A')));

    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        message: 'message failed',
        details: { correlationId: 'correlation-1', type: 'test.Do.v1', subject: 'A' },
      },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('handle of');
  });
});

describe('a message that cannot be handled', () => {
  it('is parked with its group when it fails at its last delivery', async () => {
    const { consume, failing, handled, caseOf, parking, log } = start();
    failing.add('a1');

    const failures = await consume(
      record('m1', 'A', command('a1', 'A'), 3),
      record('m2', 'A', command('a2', 'A'), 3),
      record('m3', 'B', command('b1', 'B')),
    );

    expect(failures).toEqual([]);
    expect(handled).toEqual(['b1']);
    expect(await parking.messages(await caseOf('A'))).toMatchObject([
      { number: 1, body: command('a1', 'A'), attributes: { messageId: 'm1', group: 'A' } },
      { number: 2, body: command('a2', 'A'), attributes: { messageId: 'm2' } },
    ]);
    const [[, parked] = []] = [...parking.cases];
    expect(parked?.opening).toMatchObject({
      ...{ kind: 'message', subject: 'A', reason: 'AttemptsExhausted', redriveFunction: 'arn:consumer:live' },
      explanation: 'do-it failed with Error at delivery 3; its log says more',
    });
    expect(log.lines[0]).toMatchObject({ level: 'warn', message: 'message failed', details: { messageId: 'm1' } });
  });

  it('is tried even when it was handed out far more often than it may be tried, and not parked when it succeeds', async () => {
    const { consume, handled, parking } = start();

    expect(await consume(record('m1', 'A', command('a1', 'A'), 29))).toEqual([]);

    expect(handled).toEqual(['a1']);
    expect(parking.cases.size).toBe(0);
  });

  it('is not parked for having waited behind one that fails', async () => {
    const { consume, failing, handled, parking } = start();
    const batch = [record('m1', 'A', command('a1', 'A'), 2), record('m2', 'A', command('a2', 'A'), 7)];
    failing.add('a1');

    expect(await consume(...batch)).toEqual(['m1', 'm2']);
    failing.clear();
    expect(await consume(...batch)).toEqual([]);

    expect(handled).toEqual(['a1', 'a2']);
    expect(parking.cases.size).toBe(0);
  });

  it('is not parked for acknowledgements that were lost', async () => {
    const { consume, handled, parking } = start();

    for (let delivery = 1; delivery <= 29; delivery += 1) {
      await consume(record('m1', 'A', command('a1', 'A'), delivery));
    }

    expect(handled).toHaveLength(29);
    expect(parking.cases.size).toBe(0);
  });

  it('is parked untried, and said to kill its worker, when twice the attempts began and none ended', async () => {
    const { consume, handled, caseOf, parking, parked, tries } = start();
    for (let lost = 1; lost <= 5; lost += 1) await tries.begin('m1');

    // The sixth of these tries, which the worker survives no more than the others.
    void consume(record('m1', 'A', command('never ends', 'A'), 9));
    await consume(record('m1', 'A', command('never ends', 'A'), 10), record('m2', 'A', command('a2', 'A'), 10));

    expect(handled).not.toContain('a2');
    expect(parked.map(({ reason }) => reason)).toEqual(['WorkerLost', 'GroupParked']);
    expect(await parking.messages(await caseOf('A'))).toHaveLength(2);
  });

  it('waits for the next delivery, unparked, when its try cannot be noted', async () => {
    const away = async () => Promise.reject(new Error('table is away'));
    const { consume, handled, parking, postponed } = start({ tries: { begin: away, end: away } });

    expect(await consume(record('m1', 'A', command('a1', 'A'), 4))).toEqual(['m1']);

    expect(handled).toEqual([]);
    expect(parking.cases.size).toBe(0);
    expect(postponed).toEqual([{ handles: ['handle of m1'], seconds: 8 }]);
  });

  it('comes back apart from the rest of its batch, should the batch take the worker with it', async () => {
    const { consume, postponed } = start();

    await consume(
      record('m1', 'A', command('a1', 'A'), 4),
      record('m2', 'B', command('b1', 'B'), 3),
      record('m3', 'C', command('c1', 'C'), 5),
      record('m4', 'C', command('c2', 'C'), 5),
    );

    expect(postponed).toEqual([
      { handles: ['handle of m1'], seconds: 70 },
      { handles: ['handle of m3', 'handle of m4'], seconds: 80 },
    ]);
  });

  it.each([
    ['not JSON', 'street 5'],
    ['not an envelope', '{}'],
    ['of a type that is not accepted', command('x', 'A', { type: 'test.Other.v1' })],
    ['not as its contract says', JSON.stringify(envelope({ data: { name: 5 } }))],
  ])('is parked at once when it is %s', async (_name, body) => {
    const { consume, caseOf, parking, parked } = start();

    expect(await consume(record('m1', 'A', body))).toEqual([]);

    expect(await parking.messages(await caseOf('A'))).toMatchObject([{ body }]);
    expect(parked).toEqual([{ caseId: await caseOf('A'), reason: 'Unreadable', message: undefined }]);
  });

  it('waits for a deployment when only its schema is not known yet', async () => {
    const { consume, parking } = start({ accepts: [onEvent(orderCancelledV1, () => undefined)] });
    const unknown = Buffer.from(schemaHeader('11111111-1111-5111-8111-111111111111')).toString('base64');
    const body = JSON.stringify(envelope({ type: orderCancelledV1.type, data_base64: unknown }));

    expect(await consume(record('m1', 'A', body))).toEqual(['m1']);
    expect(parking.cases.size).toBe(0);
  });

  it('holds back every later message of its group', async () => {
    const { consume, park, handled, caseOf, parking, parked } = start();
    await park('a1');

    const failures = await consume(record('m2', 'A', command('a2', 'A')), record('m3', 'B', command('b1', 'B')));

    expect(failures).toEqual([]);
    expect(handled).toEqual(['b1']);
    expect(await parking.messages(await caseOf('A'))).toHaveLength(2);
    expect(parked.map(({ reason, message }) => [reason, message?.id])).toEqual([
      ['AttemptsExhausted', 'id of a1'],
      ['GroupParked', 'id of a2'],
    ]);
  });

  it('is not acknowledged when it cannot be stored', async () => {
    const parking = new InMemoryParking({ context: 'test', consumer: 'do-it', region: 'sa-east-1' });
    parking.park = async () => Promise.reject(new Error('table is away'));
    const { consume, failing } = start({ parking });
    failing.add('a1');

    const failures = await consume(record('m1', 'A', command('a1', 'A'), 3), record('m2', 'A', command('a2', 'A')));

    expect(failures).toEqual(['m1', 'm2']);
  });

  it('is not acknowledged when those who wait for it could not be told; it is told again', async () => {
    let told = 0;
    const onParked = async () => {
      told += 1;
      if (told === 1) throw new Error('away');
    };
    const { consume, failing } = start({ onParked });
    failing.add('a1');

    expect(await consume(record('m1', 'A', command('a1', 'A'), 3))).toEqual(['m1']);
    expect(await consume(record('m1', 'A', command('a1', 'A'), 4))).toEqual([]);
    expect(told).toBe(2);
  });
});

describe('a redrive', () => {
  it('handles the messages in order, closes the case and lets the group go on', async () => {
    const { consume, park, redrive, handled } = start();
    const caseId = await park('a1', 'a2');

    expect(await redrive(caseId)).toEqual({ caseId, outcome: 'closed', redriven: 2 });
    await consume(record('m3', 'A', command('a3', 'A')));

    expect(handled).toEqual(['a1', 'a2', 'a3']);
  });

  it('says so when there is no such case', async () => {
    const result = await start().redrive('none');

    expect(result).toEqual({ caseId: 'none', outcome: 'stopped', redriven: 0, reason: 'no case none is known here' });
  });

  it('stops at a message that fails again, says why, and keeps it and what is behind it', async () => {
    const { park, redrive, failing, handled, parking } = start();
    const caseId = await park('a1', 'a2', 'a3');
    failing.add('a2');

    const stopped = await redrive(caseId);
    failing.clear();
    const closed = await redrive(caseId);

    expect(stopped).toEqual({ caseId, outcome: 'stopped', redriven: 1, reason: 'Error: a2 fails' });
    expect(closed).toMatchObject({ outcome: 'closed', redriven: 2 });
    expect(handled).toEqual(['a1', 'a2', 'a3']);
    expect(await parking.messages(caseId)).toEqual([]);
  });

  it('ends before its time does, and goes on where it was', async () => {
    const { park, redrive, handled } = start();
    const caseId = await park('a1', 'a2');
    let left = 6_000;
    const getRemainingTimeInMillis = () => (left -= 900);

    expect(await redrive(caseId, { ...context, getRemainingTimeInMillis })).toMatchObject({
      outcome: 'unfinished',
      redriven: 1,
    });
    expect(await redrive(caseId)).toMatchObject({ outcome: 'closed', redriven: 1 });
    expect(handled).toEqual(['a1', 'a2']);
  });

  it('takes messages that arrive meanwhile behind those that wait, and none slips past them', async () => {
    const { consume, park, redrive, handled, parking } = start();
    const caseId = await park('a1');
    const close = parking.close.bind(parking);
    let late = true;
    parking.close = async (...given) => {
      if (late) await consume(record('m2', 'A', command('a2', 'A')));
      late = false;
      return close(...given);
    };

    expect(await redrive(caseId)).toMatchObject({ outcome: 'closed', redriven: 2 });
    expect(handled).toEqual(['a1', 'a2']);
  });

  it('lets a message through that found the case open and is late to be appended', async () => {
    const { consume, park, redrive, handled, parking } = start();
    const caseId = await park('a1');
    const append = parking.append.bind(parking);
    parking.append = async (...given) => {
      await redrive(caseId);
      return append(...given);
    };

    expect(await consume(record('m2', 'A', command('a2', 'A')))).toEqual([]);
    expect(handled).toEqual(['a1', 'a2']);
  });
});

describe('a discard', () => {
  const why = { reason: 'it contradicts the order', by: 'operator-1' };
  const parkedGroup = async () => {
    const world = start();
    return { ...world, caseId: await world.park('a1', 'a2') };
  };

  it('gives up the first message that waits, and a redrive handles the rest without it', async () => {
    const { discard, redrive, caseId, failing, handled } = await parkedGroup();
    failing.add('a1');
    expect(await redrive(caseId)).toMatchObject({ outcome: 'stopped' });

    const discarded = await discard({ caseId, number: 1, ...why });

    expect(discarded).toEqual({ outcome: 'discarded', caseId, number: 1, closed: false });
    expect(await redrive(caseId)).toMatchObject({ outcome: 'closed', redriven: 1 });
    expect(handled).toEqual(['a2']);
  });

  it('closes the case when nothing waits behind the message, so that its group goes on', async () => {
    const { consume, discard, caseOf, handled, parking } = start();
    await consume(record('m1', 'A', 'street 5'));
    const caseId = await caseOf('A');

    expect(await discard({ caseId, number: 1, ...why })).toMatchObject({ outcome: 'discarded', closed: true });
    await consume(record('m2', 'A', command('a2', 'A')));

    expect(parking.cases.get(caseId)?.closedAs).toBe('discarded');
    expect(handled).toEqual(['a2']);
  });

  it('takes no second message when it is repeated, and says which one is first now', async () => {
    const { discard, caseId, parking } = await parkedGroup();
    await discard({ caseId, number: 1, ...why });

    const again = await discard({ caseId, number: 1, ...why });

    const reason = `nothing is discarded from case ${caseId}: message 1 waits no more; the first is message 2`;
    expect(again).toEqual({ outcome: 'refused', reason });
    expect(await parking.messages(caseId)).toMatchObject([{ number: 2 }]);
  });

  it.each([
    [{ number: 0 }, 'discardMessage.number: expected more than 0'],
    [{ number: '1' }, 'discardMessage.number: expected number'],
    [{ reason: ' ' }, 'discardMessage.reason: expected at least 1 characters'],
    [{ by: undefined }, 'discardMessage.by: expected string'],
    [{ caseId: 'A' }, 'discardMessage.caseId: expected a valid uuid'],
  ])('is refused with what was expected when the request is wrong: %j', async (wrong, reason) => {
    const { discard, caseId, parking } = await parkedGroup();

    expect(await discard({ caseId, number: 1, ...why, ...wrong })).toEqual({ outcome: 'refused', reason });
    expect(await parking.messages(caseId)).toHaveLength(2);
  });

  it('is an error when the table is away: nobody is told that it was done', async () => {
    const { discard, caseId, parking } = await parkedGroup();
    parking.discard = async () => Promise.reject(new Error('table is away'));

    await expect(discard({ caseId, number: 1, ...why })).rejects.toThrow('table is away');
  });

  it('is logged with who and why, and without the body of the message', async () => {
    const { discard, caseId, log } = await parkedGroup();

    await discard({ caseId, number: 1, ...why });

    expect(log.lines.at(-1)).toEqual({
      ...{ level: 'warn', message: 'parked message discarded' },
      details: { consumer: 'do-it', caseId, number: 1, ...why },
    });
  });
});

describe('a region that may not write', () => {
  it('handles nothing and parks nothing: the whole batch comes back after a while, and later each time', async () => {
    const { consume, handled, postponed, parking, log } = start({ gate: evacuatedGate() });

    const failures = await consume(
      record('m1', 'A', command('a1', 'A'), 2),
      record('m2', 'B', command('b1', 'B'), 40),
      record('m3', 'A', command('a2', 'A')),
    );

    expect(failures).toEqual(['m1', 'm3', 'm2']);
    expect(handled).toEqual([]);
    expect(parking.cases.size).toBe(0);
    expect(postponed).toEqual([
      { handles: ['handle of m1', 'handle of m3'], seconds: 40 },
      { handles: ['handle of m2'], seconds: 800 },
    ]);
    expect(log.lines).toMatchObject([{ level: 'warn' }, { level: 'warn' }]);
  });

  it('parks nothing that it noticed too late, either', async () => {
    const parking = new InMemoryParking({
      context: 'test',
      consumer: 'do-it',
      region: 'sa-east-1',
      gate: evacuatedGate(),
    });
    const { consume, postponed, failing } = start({ parking });
    failing.add('a1');

    expect(await consume(record('m1', 'A', command('a1', 'A'), 4))).toEqual(['m1']);

    expect(parking.cases.size).toBe(0);
    expect(postponed).toMatchObject([{ seconds: 80 }]);
  });

  it('redrives nothing, and says why', async () => {
    const { park, parking } = start();
    const caseId = await park('a1');
    const fenced = start({ parking, gate: evacuatedGate() });

    expect(await fenced.redrive(caseId)).toMatchObject({
      outcome: 'stopped',
      reason: expect.stringContaining('RegionFencedError'),
    });
    expect(fenced.handled).toEqual([]);
  });
});

describe('a message about an entity that another region has taken over', () => {
  const accepts = [onCommand(doIt, async () => Promise.reject(new ForeignHomeError('payment/1', 'us-east-1')))];
  const superseded = (changes: Partial<FifoConsumerOptions> = {}) => start({ accepts, ...changes });

  it('is acknowledged: that region handles it, too', async () => {
    const { consume, log, postponed } = superseded();

    expect(await consume(record('m1', 'A', command('a1', 'A')))).toEqual([]);

    expect(postponed).toEqual([]);
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        message: 'message superseded',
        details: { subject: 'payment/1', homeRegion: 'us-east-1', correlationId: 'correlation-1' },
      },
    ]);
  });

  it('is done with when it is re-driven', async () => {
    const { park, parking } = start();
    const caseId = await park('a1');
    const { redrive } = superseded({ parking });

    expect(await redrive(caseId)).toMatchObject({ outcome: 'closed', redriven: 1 });
  });
});
