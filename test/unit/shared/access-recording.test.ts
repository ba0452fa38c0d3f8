import * as z from 'zod/mini';
import { recordIdOf } from '../../../lambdas/shared/access-record.contract';
import { outcomeOf } from '../../../lambdas/shared/access-recorder';
import { apiContract } from '../../../lambdas/shared/api-contract';
import type { ApiEvent } from '../../../lambdas/shared/api-event';
import { type ApiAnswer, type ApiRouteOptions, apiRoute } from '../../../lambdas/shared/api-route';
import { UndeclaredAccessError } from '../../../lambdas/shared/audit.errors';
import { ConflictProblem, NotFoundProblem } from '../../../lambdas/shared/problem';
import { ForeignHomeError, RegionFencedError } from '../../../lambdas/shared/region-gate.errors';
import { payment, personal } from '../../../lambdas/shared/sensitive';
import { InMemoryAuditTrail } from './in-memory-audit-trail';
import { recordingLog } from './messages';

const id = '0b2ab9e6-6d3c-4f3c-8b8e-0c5b1f2a7e11';
const success = z.object({ id: z.string(), customer: z.optional(personal(z.string())) });
const contract = apiContract({
  path: z.object({ id: z.uuid() }),
  body: z.object({ card: z.optional(payment(z.string())) }),
  success,
  audit: { action: 'thing.read', purpose: 'testing', subject: ({ path }) => `thing/${path.id}` },
});

const event = (more: Partial<ApiEvent> = {}): ApiEvent => ({
  httpMethod: 'GET',
  resource: '/v1/things/{id}',
  headers: {
    'Content-Type': 'application/json',
    'X-Correlation-Id': 'conversation-1',
    'CloudFront-Viewer-Address': '203.0.113.9:443',
    'X-Forwarded-For': '203.0.113.10',
  },
  pathParameters: { id },
  queryStringParameters: null,
  body: '{}',
  isBase64Encoded: false,
  requestContext: {
    requestId: 'request-1',
    authorizer: { clientId: 'store-front' },
    identity: { sourceIp: '198.51.100.7', userAgent: 'curl/8' },
  },
  ...more,
});

type Handle = () => Promise<ApiAnswer<z.input<typeof success>>>;
const found: Handle = async () => ({ status: 200, body: { id, customer: 'Ada' } });

const setUp = (handle: Handle = found, options: Partial<ApiRouteOptions> = {}) => {
  const trail = new InMemoryAuditTrail();
  const log = recordingLog();
  const clock = { now: () => new Date('2026-11-26T20:00:00.000Z') };
  const counted: string[] = [];
  const route = apiRoute(contract, handle, {
    log,
    countOutcome: (outcome) => counted.push(outcome),
    recording: { trail, clock, region: 'sa-east-1' },
    ...options,
  });
  const invocation = { functionVersion: '1', invokedFunctionArn: 'arn', functionName: 'f' };
  return { trail, log, counted, ask: (given = event()) => route(given, invocation) };
};

describe('a route with sensitive fields', () => {
  it('records who did what to which subject, touching which fields, from where and when', async () => {
    const { trail, ask } = setUp();

    const { statusCode } = await ask();

    expect(statusCode).toBe(200);
    expect(trail.records).toEqual([
      {
        recordId: recordIdOf('request-1', 'thing.read'),
        revision: 1,
        class: 'access',
        actor: { id: 'store-front', role: 'client' },
        action: 'thing.read',
        subject: `thing/${id}`,
        fields: ['card', 'customer'],
        purpose: 'testing',
        sourceIp: '198.51.100.7',
        userAgent: 'curl/8',
        requestId: 'request-1',
        correlationId: 'conversation-1',
        time: '2026-11-26T20:00:00.000Z',
        outcome: 'granted',
        region: 'sa-east-1',
      },
    ]);
  });

  it('records while the operation is under way, and not after it', async () => {
    const trail = new InMemoryAuditTrail();
    const seen: number[] = [];
    const { ask } = setUp(
      async () => {
        await new Promise(setImmediate);
        seen.push(trail.records.length);
        return found();
      },
      { recording: { trail, clock: { now: () => new Date(0) }, region: 'sa-east-1' } },
    );

    await ask();

    expect(seen).toEqual([1]);
  });

  it('has the record of a write taken before anything happens, beside the look at the gate', async () => {
    const steps: string[] = [];
    const trail = {
      record: async () => {
        steps.push('handed in');
        await new Promise((resolve) => setImmediate(resolve));
        steps.push('taken');
      },
    };
    const writes = { assertActive: async () => void steps.push('gate') };
    const handle: Handle = async () => {
      steps.push('handled');
      return found();
    };
    const { ask } = setUp(handle, {
      writes,
      recording: { trail, clock: { now: () => new Date(0) }, region: 'sa-east-1' },
    });

    expect((await ask()).statusCode).toBe(200);

    expect(steps.slice(0, 2).sort()).toEqual(['gate', 'handed in']);
    expect(steps.slice(2)).toEqual(['taken', 'handled']);
  });

  it('writes nothing when nobody takes the record', async () => {
    let isHandled = false;
    const handle: Handle = async () => {
      isHandled = true;
      return found();
    };
    const { trail, ask } = setUp(handle, { writes: { assertActive: async () => undefined } });
    trail.isAway = true;

    expect((await ask()).statusCode).toBe(503);

    expect(isHandled).toBe(false);
  });

  it('says that a write failed which the gate has refused', async () => {
    const closed = new RegionFencedError('sa-east-1', { kind: 'fenced', successor: 'us-east-1', epoch: 1 });
    const { trail, ask } = setUp(found, { writes: { assertActive: () => Promise.reject(closed) } });

    expect((await ask()).statusCode).toBe(503);

    expect(trail.records.map(({ outcome }) => outcome)).toEqual(['granted', 'failed']);
  });

  it('records when the gateway received the request', async () => {
    const { trail, ask } = setUp();
    const { requestContext } = event();

    await ask(
      event({ requestContext: { ...requestContext, requestTimeEpoch: Date.parse('2026-11-26T19:59:58.321Z') } }),
    );

    expect(trail.records.map(({ time }) => time)).toEqual(['2026-11-26T19:59:58.321Z']);
  });

  it.each([
    [403, 'security', async () => ({ status: 403, body: { id } })],
    [404, 'security', () => Promise.reject(new NotFoundProblem('no such thing'))],
    [409, 'access', () => Promise.reject(new ConflictProblem('too late'))],
  ] as const)('keeps an access that was answered with %d with the %s records', async (_status, recordClass, handle) => {
    const { trail, ask } = setUp(handle);

    await ask();

    expect(trail.records.map((record) => [record.revision, record.class])).toEqual([
      [1, 'access'],
      [2, recordClass],
    ]);
  });

  it.each([
    ['not-found', () => Promise.reject(new NotFoundProblem('no such thing')), 404],
    ['failed', () => Promise.reject(new ConflictProblem('too late')), 409],
    ['failed', () => Promise.reject(new Error('a bug')), 500],
  ] as const)('says in a second revision that an access was %s', async (outcome, handle, status) => {
    const { trail, ask } = setUp(handle);

    expect((await ask()).statusCode).toBe(status);

    expect(trail.records.map((record) => [record.revision, record.outcome])).toEqual([
      [1, 'granted'],
      [2, outcome],
    ]);
    expect(new Set(trail.records.map(({ recordId }) => recordId)).size).toBe(1);
  });

  it('answers 503 and nothing else when nobody takes the record', async () => {
    const { trail, log, counted, ask } = setUp();
    trail.isAway = true;

    const answer = await ask();

    expect(answer.statusCode).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'urn:tenfold:problem:audit-unavailable' });
    expect(answer.body).not.toContain('Ada');
    expect(answer.headers?.['retry-after']).toBe('5');
    expect(counted).toEqual(['failures']);
    expect(log.lines.map(({ message }) => message)).toContain('access not recorded');
  });

  it('answers 503 when the record of a failure is not taken either', async () => {
    const trail = new InMemoryAuditTrail();
    const { ask } = setUp(
      async () => {
        trail.isAway = true;
        throw new NotFoundProblem('no such thing');
      },
      { recording: { trail, clock: { now: () => new Date(0) }, region: 'sa-east-1' } },
    );

    expect((await ask()).statusCode).toBe(503);
  });

  it('records nothing for a request that does not fit the contract: nothing was touched', async () => {
    const { trail, ask } = setUp();

    expect((await ask(event({ pathParameters: { id: 'x' } }))).statusCode).toBe(400);

    expect(trail.records).toEqual([]);
  });

  it('leaves the record to the region that received the request', async () => {
    const elsewhere = async () => ({ statusCode: 404, headers: {}, body: '{}' });
    const receiver = setUp(() => Promise.reject(new ForeignHomeError('thing', 'us-east-1')), { elsewhere });
    const home = setUp(found, { elsewhere });
    const alone = setUp();

    await receiver.ask();
    await home.ask({ ...event(), forwardedFrom: 'sa-east-1' } as ApiEvent);
    await alone.ask({ ...event(), forwardedFrom: 'sa-east-1' } as ApiEvent);

    expect(receiver.trail.records.map(({ outcome }) => outcome)).toEqual(['granted', 'not-found']);
    expect(home.trail.records).toEqual([]);
    // Nobody hands it requests: whoever says so is not believed.
    expect(alone.trail.records).toHaveLength(1);
  });

  it('does not start without a declaration, or without a trail', () => {
    const { audit: _, ...undeclared } = contract;

    expect(() => apiRoute(undeclared, found)).toThrow(UndeclaredAccessError);
    expect(() => apiRoute(undeclared, found)).toThrow('fields card, customer are sensitive');
    expect(() => apiRoute(contract, found)).toThrow('"thing.read" is declared, expected the route to be given a trail');
  });
});

test.each([
  [200, 'granted'],
  [201, 'granted'],
  [202, 'granted'],
  [400, 'failed'],
  [401, 'denied'],
  [403, 'denied'],
  [404, 'not-found'],
  [410, 'not-found'],
  [409, 'failed'],
  [503, 'failed'],
])('an access answered with %d was %s', (status, outcome) => {
  expect(outcomeOf(status)).toBe(outcome);
});
