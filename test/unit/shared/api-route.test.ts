import type { APIGatewayProxyEvent } from 'aws-lambda';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { type ApiRouteOptions, apiRoute } from '../../../lambdas/shared/api-route';
import { StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import { ConflictProblem, NotFoundProblem, UnprocessableProblem } from '../../../lambdas/shared/problem';
import { ForeignHomeError, RegionFencedError } from '../../../lambdas/shared/region-gate.errors';
import { recordingLog } from './messages';
import { evacuatedGate } from './two-regions';

const contract = {
  body: z.strictObject({
    name: z.string().check(z.minLength(1)),
    lines: z.array(z.strictObject({ quantity: z.int() })),
    paymentMethod: z.optional(z.string().check(z.maxLength(8))),
  }),
  path: z.object({ id: z.uuid() }),
  headers: z.object({ 'idempotency-key': z.string().check(z.minLength(8), z.maxLength(64)) }),
  success: z.object({ id: z.string() }),
};
const id = '0b2ab9e6-6d3c-4f3c-8b8e-0c5b1f2a7e11';
const body = { name: 'tea', lines: [{ quantity: 1 }] };

const requestContext = {
  accountId: '000000000000',
  apiId: 'api',
  authorizer: {},
  httpMethod: 'POST',
  identity: {
    ...{ accessKey: null, accountId: null, apiKey: null, apiKeyId: null, caller: null, clientCert: null },
    ...{ cognitoAuthenticationProvider: null, cognitoAuthenticationType: null, cognitoIdentityId: null },
    ...{
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: '127.0.0.1',
      user: null,
      userAgent: null,
      userArn: null,
    },
  },
  path: '/v1/things',
  protocol: 'HTTP/1.1',
  requestTimeEpoch: 0,
  resourceId: 'resource',
  resourcePath: '/v1/things/{id}',
  stage: 'v1',
};

const event = (more: Partial<APIGatewayProxyEvent> = {}): APIGatewayProxyEvent => ({
  httpMethod: 'POST',
  path: `/v1/things/${id}`,
  resource: '/v1/things/{id}',
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'key-12345' },
  multiValueHeaders: {},
  pathParameters: { id },
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  stageVariables: null,
  body: JSON.stringify(body),
  isBase64Encoded: false,
  ...more,
  requestContext: { ...requestContext, requestId: 'request-1', authorizer: { clientId: 'client-1' } },
});

type Handle = Parameters<
  typeof apiRoute<typeof contract.success, typeof contract.body, typeof contract.path, typeof contract.headers>
>[1];

const call = async (
  given: APIGatewayProxyEvent,
  handle: Handle = async () => ({ status: 201, body: { id } }),
  options: ApiRouteOptions = {},
) => {
  const log = recordingLog();
  const answer = await apiRoute(contract, handle, { log, ...options })(given);
  return { status: answer.statusCode, headers: answer.headers ?? {}, body: JSON.parse(answer.body), log };
};

describe('apiRoute', () => {
  it('hands over what the contract names, parsed', async () => {
    const seen: unknown[] = [];
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const headers = { ...event().headers, traceparent, 'X-Correlation-Id': 'conversation-7' };

    const { status, body: answer } = await call(event({ headers }), async (request) => {
      seen.push(request);
      return { status: 202, body: { id: request.path.id } };
    });

    expect([status, answer]).toEqual([202, { id }]);
    expect(seen).toEqual([
      {
        ...{ body, path: { id }, headers: { 'idempotency-key': 'key-12345' }, query: undefined },
        ...{ caller: { clientId: 'client-1' }, requestId: 'request-1', correlationId: 'conversation-7', traceparent },
      },
    ]);
  });

  it.each(['00-1-2-01', 'x'.repeat(5_000), ''])('goes on without a trace that it cannot read', async (traceparent) => {
    const seen: unknown[] = [];

    const { status } = await call(event({ headers: { ...event().headers, traceparent } }), async (request) => {
      seen.push(request.traceparent);
      return { status: 201, body: { id } };
    });

    expect([status, seen]).toEqual([201, [undefined]]);
  });

  it('lets nothing out that the contract does not name', async () => {
    const { body: answer } = await call(event(), async () => {
      const stored = { id, paymentMethod: 'pm_card' };
      return { status: 200, body: stored };
    });

    expect(answer).toEqual({ id });
  });

  it('answers with a correlation id, the request’s own when none or a strange one was sent', async () => {
    const strange = { ...event().headers, 'x-correlation-id': 'a\nb' };

    expect((await call(event())).headers['x-correlation-id']).toBe('request-1');
    expect((await call(event({ headers: strange }))).headers['x-correlation-id']).toBe('request-1');
  });

  it('takes a body in base64, and media types that are JSON underneath', async () => {
    const inBase64 = { body: Buffer.from(JSON.stringify(body)).toString('base64'), isBase64Encoded: true };
    const headers = { ...event().headers, 'Content-Type': 'application/vnd.tenfold+json; charset=utf-8' };

    expect((await call(event({ ...inBase64, headers }))).status).toBe(201);
  });

  it.each([
    [
      'a field of a wrong type',
      { body: '{"name":5,"lines":[]}' },
      400,
      { field: 'name', value: 5, expected: 'string' },
    ],
    [
      'a field inside of a list',
      { body: '{"name":"a","lines":[{"quantity":"2"}]}' },
      400,
      { field: 'lines[0].quantity', value: '2', expected: 'number' },
    ],
    [
      'an unknown field',
      { body: JSON.stringify({ ...body, price: 1 }) },
      400,
      { field: 'price', value: 1, expected: 'no such field' },
    ],
    [
      'a sensitive field, without its value',
      { body: JSON.stringify({ ...body, paymentMethod: '4111111111111111' }) },
      400,
      { field: 'paymentMethod', expected: 'at most 8 characters' },
    ],
    ['a body that is no object', { body: '[]' }, 400, { field: 'body', expected: 'object' }],
    ['a missing body', { body: null }, 400, { field: 'body', expected: 'JSON' }],
    ['a body that is not JSON', { body: '{' }, 400, { field: 'body', expected: 'JSON' }],
    [
      'a field that no object can hold',
      { body: '{"name":"tea","lines":[],"more":{"__proto__":{}}}' },
      400,
      { field: '__proto__', expected: 'another name' },
    ],
    ['a huge body', { body: `"${'x'.repeat(65_536)}"` }, 413, { field: 'body', expected: 'at most 65536 bytes' }],
    [
      'a wrong media type',
      { headers: { 'Content-Type': 'text/xml', 'Idempotency-Key': 'key-12345' } },
      415,
      { field: 'content-type', value: 'text/xml', expected: 'application/json' },
    ],
    [
      'no media type',
      { headers: { 'Idempotency-Key': 'key-12345' } },
      415,
      { field: 'content-type', expected: 'application/json' },
    ],
    [
      'a missing header',
      { headers: { 'Content-Type': 'application/json' } },
      400,
      { field: 'idempotency-key', expected: 'string' },
    ],
    [
      'a short header',
      { headers: { 'Content-Type': 'application/json', 'idempotency-KEY': 'k' } },
      400,
      { field: 'idempotency-key', value: 'k', expected: 'at least 8 characters' },
    ],
    [
      'a path that is no id',
      { pathParameters: { id: '7' } },
      400,
      { field: 'id', value: '7', expected: 'a valid uuid' },
    ],
  ])('answers %s with a problem that names it', async (_name, more, status, error) => {
    const answer = await call(event(more));

    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      status,
      title: expect.any(String),
      instance: 'urn:request:request-1',
      errors: [error],
    });
    expect(answer.body.type).toMatch(/^urn:tenfold:problem:[a-z-]+$/);
    expect(answer.body.errors[0]).toEqual(error);
  });

  it.each([
    [new NotFoundProblem('there is no such order'), 404, 'not-found'],
    [new ConflictProblem('it is being placed', { headers: { 'retry-after': '2' } }), 409, 'conflict'],
    [
      new UnprocessableProblem('unknown article', {
        errors: [{ field: 'lines[0].sku', value: 'X', expected: 'an article' }],
      }),
      422,
      'unprocessable',
    ],
    [new StaleEntityError('order/1'), 409, 'conflict'],
  ])('answers %s as what it is', async (problem, status, slug) => {
    const answer = await call(event(), async () => Promise.reject(problem));

    expect(answer).toMatchObject({ status, body: { status, type: `urn:tenfold:problem:${slug}` } });
    if (status === 409) expect(answer.headers['retry-after']).toMatch(/^\d$/);
  });

  it('answers 503 in a region that may not write, before it does anything, and says when to come again', async () => {
    let called = false;
    const handle: Handle = async () => {
      called = true;
      return { status: 201, body: { id } };
    };

    const answer = await call(event(), handle, { writes: evacuatedGate() });

    expect(answer).toMatchObject({ status: 503, body: { status: 503, type: 'urn:tenfold:problem:region-fenced' } });
    expect(answer.headers['retry-after']).toBe('5');
    expect(called).toBe(false);
  });

  it('answers 503 for what belongs to a region that does not answer, and never changes it here', async () => {
    const foreign = async () => Promise.reject(new ForeignHomeError('order/1', 'us-east-1'));

    const answers = [await call(event(), foreign), await call(event(), foreign, { elsewhere: async () => undefined })];

    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, body: { type: 'urn:tenfold:problem:home-unreachable' } });
      expect(answer.headers['retry-after']).toBe('5');
    }
  });

  it('answers what the home region answers', async () => {
    const asked: unknown[] = [];
    const elsewhere: ApiRouteOptions['elsewhere'] = async (homeRegion, { requestContext }) => {
      asked.push([homeRegion, requestContext.requestId]);
      return { statusCode: 202, headers: { 'x-correlation-id': 'c' }, body: '{"there":true}' };
    };

    const answer = await call(event(), async () => Promise.reject(new ForeignHomeError('order/1', 'us-east-1')), {
      elsewhere,
    });

    expect(answer).toMatchObject({ status: 202, body: { there: true }, headers: { 'x-correlation-id': 'c' } });
    expect(asked).toEqual([['us-east-1', 'request-1']]);
  });

  it('answers anything unexpected with a 500 that tells nothing, and logs what it was', async () => {
    const error = new Error('credentials of table orders are AKIA');

    const answer = await call(event(), async () => Promise.reject(error));

    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('AKIA');
    expect(answer.log.lines).toMatchObject([{ level: 'error', details: { correlationId: 'request-1', error } }]);
  });

  it('counts a 500 and a 503 among the failures of the version that answers it, a 4xx among its refusals, and success nowhere', async () => {
    const invocation = { functionName: 'things', functionVersion: '8', invokedFunctionArn: 'arn:things:live' };
    const counted: string[] = [];
    const away = new RegionFencedError('sa-east-1', { kind: 'lease-expired', since: new Date(0) });
    const answers = [new Error('broken'), away, new NotFoundProblem('there is no such thing')];
    const route = apiRoute(
      { success: z.object({}) },
      async () => {
        const thrown = answers.shift();
        if (thrown) throw thrown;
        return { status: 200, body: {} };
      },
      {
        log: recordingLog(),
        countOutcome: (outcome, { functionVersion }) => counted.push(`${outcome} ${functionVersion}`),
      },
    );

    const statuses: number[] = [];
    for (let asked = 0; asked < 4; asked += 1) statuses.push((await route(event(), invocation)).statusCode);

    expect(statuses).toEqual([500, 503, 404, 200]);
    expect(counted).toEqual(['failures 8', 'failures 8', 'refusals 8']);
  });

  it('counts what another region answers against the version that has asked it', async () => {
    const invocation = { functionName: 'things', functionVersion: '8', invokedFunctionArn: 'arn:things:live' };
    const counted: string[] = [];
    const statuses = [202, 404, 500];
    const route = apiRoute(
      { success: z.object({}) },
      async () => Promise.reject(new ForeignHomeError('order/1', 'us-east-1')),
      {
        log: recordingLog(),
        countOutcome: (outcome) => counted.push(outcome),
        elsewhere: async () => ({ statusCode: statuses.shift() ?? 0, headers: {}, body: '{}' }),
      },
    );

    for (let asked = 0; asked < 3; asked += 1) await route(event(), invocation);

    expect(counted).toEqual(['refusals', 'failures']);
  });

  it('answers a 500 when the answer is not what the contract promises', async () => {
    const wrong = { status: 200, body: JSON.parse('{ "id": 7 }') };

    expect((await call(event(), async () => wrong)).status).toBe(500);
  });

  it('never answers a 5xx for whatever a client sends', async () => {
    const requests = fc.record({
      body: fc.option(fc.oneof(fc.string(), fc.json())),
      headers: fc.dictionary(
        fc.constantFrom('content-type', 'Idempotency-Key', 'x'),
        fc.oneof(fc.string(), fc.constant('application/json')),
      ),
      pathParameters: fc.option(fc.dictionary(fc.constantFrom('id', 'x'), fc.string())),
      isBase64Encoded: fc.boolean(),
    });

    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        expect((await call(event(request))).status).toBeLessThan(500);
      }),
    );
  });
});
