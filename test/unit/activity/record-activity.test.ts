import * as z from 'zod/mini';
import { activityRecordedV1 } from '../../../contracts/avro/events';
import { decideRecording } from '../../../lambdas/activity/activity-recording';
import { type RecordActivityBody, recordActivityRoute } from '../../../lambdas/activity/record-activity.contract';
import { recordActivity } from '../../../lambdas/activity/record-activity.use-case';
import { recordActivityAnswer } from '../../../lambdas/activity/record-activity-answer';
import type { ApiEvent } from '../../../lambdas/shared/api-event';
import { apiRoute } from '../../../lambdas/shared/api-route';
import { decodeEvent } from '../../../lambdas/shared/avro-reader';
import { eventIdOf } from '../../../lambdas/shared/deterministic-id';
import { readEnvelope } from '../../../lambdas/shared/envelope-reader';
import { LogOverloadedError, LogUnavailableError } from '../../../lambdas/shared/event-log.errors';
import { customerSeals } from '../shared/customer-seals';
import { InMemoryAuditTrail } from '../shared/in-memory-audit-trail';
import { recordingLog } from '../shared/messages';
import { InMemoryEventLog } from './in-memory-event-log';

const now = new Date('2026-11-26T12:00:00.000Z');
const visitId = '3f0c1d52-5d0b-4f5e-9f0e-3d5f4a2b1c00';
const viewed = (sequence: number, more = {}) => ({
  sequence,
  kind: 'viewed' as const,
  occurredAt: '2026-11-26T11:59:00Z',
  sku: 'MUG-BLUE',
  ...more,
});
const bodyOf = (...events: RecordActivityBody['events']): RecordActivityBody => ({
  visitId,
  customerId: 'customer-42',
  events,
});
const searched = { sequence: 2, kind: 'searched' as const, occurredAt: '2026-11-26T13:59:30+02:00', query: 'blue mug' };

const routeOver = (log: InMemoryEventLog, { sealerOf, keys } = customerSeals(), trail = new InMemoryAuditTrail()) => {
  const record = recordActivity({ log, sealerOf, clock: { now: () => now }, region: 'sa-east-1' });
  return apiRoute(
    recordActivityRoute,
    async ({ body, requestId }) =>
      recordActivityAnswer(await record({ body, cause: { correlationId: body.visitId, causationId: requestId } })),
    {
      log: recordingLog(),
      recording: { trail, clock: { now: () => now }, region: 'sa-east-1', tokenOf: keys.tokenOf },
    },
  );
};
const post = (body: unknown, contentType = 'application/json'): ApiEvent => ({
  httpMethod: 'POST',
  resource: '/v1/activity',
  headers: { 'content-type': contentType },
  pathParameters: null,
  queryStringParameters: null,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  isBase64Encoded: false,
  requestContext: { requestId: 'request-1', authorizer: { clientId: 'store-front' } },
});
const ask = async (log: InMemoryEventLog, body: unknown, contentType?: string, seals = customerSeals()) => {
  const { statusCode, body: answer, headers } = await routeOver(log, seals)(post(body, contentType));
  return { status: statusCode, headers, body: JSON.parse(answer) };
};

describe('POST /v1/activity', () => {
  it('puts every event on the log as the topic would carry it, under ids that follow from visit and number', async () => {
    const log = new InMemoryEventLog();

    const answer = await ask(log, bodyOf(viewed(1), searched));

    expect(answer).toMatchObject({ status: 202, body: { accepted: 2, through: 2 } });
    const entity = `visit/${visitId}`;
    expect(log.events.map((event) => event.entity)).toEqual([entity, entity]);
    const envelopes = log.events.map(({ text }) => readEnvelope(text));
    expect(envelopes).toMatchObject(
      [1, 2].map((sequence) => ({
        id: eventIdOf(entity, sequence, activityRecordedV1.type),
        type: 'activity.ActivityRecorded.v1',
        source: '/tenfold/activity',
        subject: entity,
        sequence,
        time: sequence === 1 ? '2026-11-26T11:59:00.000Z' : '2026-11-26T11:59:30.000Z',
        correlationid: visitId,
        causationid: 'request-1',
        originregion: 'sa-east-1',
      })),
    );
    expect(
      envelopes.map(({ data_base64: data = '' }) => decodeEvent(activityRecordedV1, Buffer.from(data, 'base64'))),
    ).toEqual([
      {
        visitId,
        customerId: 'customer-42',
        kind: 'viewed',
        occurredAt: '2026-11-26T11:59:00.000Z',
        sku: 'MUG-BLUE',
        query: null,
      },
      {
        visitId,
        customerId: 'customer-42',
        kind: 'searched',
        occurredAt: '2026-11-26T11:59:30.000Z',
        sku: null,
        query: expect.stringMatching(/^sealed:1:sa-east-1:/),
      },
    ]);
  });

  it('makes the same events of the same request again', async () => {
    const log = new InMemoryEventLog();

    await ask(log, bodyOf(viewed(1), searched));
    await ask(log, bodyOf(viewed(1), searched));

    const ids = log.events.map(({ text }) => readEnvelope(text).id);
    expect(ids.slice(2)).toEqual(ids.slice(0, 2));
  });

  it('puts nothing on the log from which anybody without the key could read what was searched for', async () => {
    const [log, seals] = [new InMemoryEventLog(), customerSeals()];

    await ask(log, bodyOf(viewed(1), searched), undefined, seals);

    const bytes = log.events.map(({ text }) => Buffer.from(readEnvelope(text).data_base64 ?? '', 'base64').toString());
    expect(`${bytes.join()}${JSON.stringify(log.events)}`).not.toContain('blue mug');
    const { query } = decodeEvent(
      activityRecordedV1,
      Buffer.from(readEnvelope(log.events[1]?.text ?? '').data_base64 ?? '', 'base64'),
    );
    const field = { customerId: 'customer-42', field: `visit/${visitId}/2/query` };
    expect(await seals.open(field, query ?? '', z.string())).toBe('blue mug');
  });

  it('records nothing of a customer who was erased, and says which field it is about', async () => {
    const [log, seals] = [new InMemoryEventLog(), customerSeals()];
    await seals.erase('customer-42');

    const answer = await ask(log, bodyOf(viewed(1)), undefined, seals);

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'customerId' }] } });
    expect(log.events).toEqual([]);
  });

  it('calls the customer by their token in the trail', async () => {
    const [trail, seals] = [new InMemoryAuditTrail(), customerSeals()];

    await routeOver(new InMemoryEventLog(), seals, trail)(post(bodyOf(viewed(1))));

    expect(trail.records).toMatchObject([{ subject: `customer/${await seals.keys.tokenOf('customer-42')}` }]);
    expect(JSON.stringify(trail.records)).not.toContain('customer-42');
  });

  it('makes no key for a request that is refused', async () => {
    const seals = customerSeals();

    await ask(new InMemoryEventLog(), bodyOf(viewed(2), viewed(1)), undefined, seals);

    expect(seals.keys.reads).toBe(0);
  });

  it('echoes neither who the customer is nor what was searched for', async () => {
    const planted = 'a planted search \u0007';
    const answer = await ask(new InMemoryEventLog(), {
      ...bodyOf(viewed(1)),
      customerId: 'planted customer',
      events: [{ ...searched, sequence: 1, query: planted }],
    });

    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body.errors.map(({ field }: { readonly field: string }) => field)).toEqual(
      expect.arrayContaining(['customerId', 'events[0].query']),
    );
    expect(JSON.stringify(answer.body)).not.toContain('planted');
  });

  it('takes a later batch before an earlier one: consumers wait for what is missing', async () => {
    expect(await ask(new InMemoryEventLog(), bodyOf(viewed(7), viewed(9)))).toMatchObject({
      status: 202,
      body: { accepted: 2, through: 9 },
    });
  });

  it.each([
    ['an event without a number', { ...viewed(1), sequence: undefined }, 400, 'events[0].sequence'],
    ['a number below one', viewed(0), 400, 'events[0].sequence'],
    ['a number that is none', viewed(1.5), 400, 'events[0].sequence'],
    ['an unknown kind', viewed(1, { kind: 'stolen' }), 400, 'events[0].kind'],
    ['a time that is none', viewed(1, { occurredAt: 'yesterday' }), 400, 'events[0].occurredAt'],
    ['a field that nobody knows', viewed(1, { mood: 'good' }), 400, 'events[0].mood'],
    [
      'an event of more than 30 days ago',
      viewed(1, { occurredAt: '2026-10-27T11:59:59.999Z' }),
      422,
      'events[0].occurredAt',
    ],
    [
      'a clock that is more than five minutes ahead',
      viewed(1, { occurredAt: '2026-11-26T12:05:00.001Z' }),
      422,
      'events[0].occurredAt',
    ],
    ['something viewed without its SKU', viewed(1, { sku: undefined }), 422, 'events[0].sku'],
    ['a search without its text', { ...searched, query: undefined }, 422, 'events[0].query'],
    ['a search with a SKU', { ...searched, sku: 'MUG-BLUE' }, 422, 'events[0].sku'],
  ])('refuses %s, names the field and writes nothing', async (_, event, status, field) => {
    const log = new InMemoryEventLog();

    const answer = await ask(log, { ...bodyOf(), events: [event] });

    expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/problem+json' } });
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field);
    expect(log.events).toEqual([]);
  });

  it.each([[[2, 1]], [[3, 3]]])('refuses numbers that do not rise: %j', async (sequences) => {
    const log = new InMemoryEventLog();

    const { status, body } = await ask(log, bodyOf(...sequences.map((sequence) => viewed(sequence))));

    expect({ status, errors: body.errors }).toEqual({
      status: 422,
      errors: [
        {
          field: 'events[1].sequence',
          value: sequences[1],
          expected: `more than ${sequences[0]}, that of the event before it`,
        },
      ],
    });
    expect(log.events).toEqual([]);
  });

  it.each([
    ['no events', [], 400, 'events'],
    ['101 events', Array.from({ length: 101 }, (_, index) => viewed(index + 1)), 400, 'events'],
  ])('refuses %s', async (_, events, status, field) => {
    const answer = await ask(new InMemoryEventLog(), bodyOf(...events));
    expect(answer).toMatchObject({ status, body: { errors: [expect.objectContaining({ field })] } });
  });

  it('takes 100 events, a clock that is five minutes ahead, and what is 30 days old', async () => {
    const events = Array.from({ length: 100 }, (_, index) =>
      viewed(index + 1, { occurredAt: index === 0 ? '2026-10-27T12:00:00Z' : '2026-11-26T12:05:00Z' }),
    );
    expect(await ask(new InMemoryEventLog(), bodyOf(...events))).toMatchObject({ status: 202, body: { through: 100 } });
  });

  it('refuses a body of more than 64 KiB, and one that is no JSON', async () => {
    const log = new InMemoryEventLog();
    expect((await ask(log, `"${'x'.repeat(70_000)}"`)).status).toBe(413);
    expect((await ask(log, bodyOf(viewed(1)), 'text/plain')).status).toBe(415);
    expect(log.events).toEqual([]);
  });

  it.each([
    [LogOverloadedError, 429, '1', 'urn:tenfold:problem:too-many-requests'],
    [LogUnavailableError, 503, '5', 'urn:tenfold:problem:dependency-unavailable'],
  ])('says when to repeat after %p', async (Failure, status, retryAfter, type) => {
    const log = new InMemoryEventLog(new Failure({ entities: [`visit/${visitId}`], events: 1, reason: 'Throttled' }));

    expect(await ask(log, bodyOf(viewed(1)))).toMatchObject({
      status,
      headers: { 'retry-after': retryAfter },
      body: { type },
    });
  });
});

test('names every fault of a request, not only the first', () => {
  const decision = decideRecording(
    bodyOf(viewed(2, { sku: undefined }), viewed(1, { occurredAt: '2027-01-01T00:00:00Z' })),
    now,
  );

  expect(decision).toMatchObject({
    kind: 'unacceptable',
    faults: [{ field: 'events[0].sku' }, { field: 'events[1].sequence' }, { field: 'events[1].occurredAt' }],
  });
});
