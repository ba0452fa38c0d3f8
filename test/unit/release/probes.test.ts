import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateProbes, ProbeGenerationError } from '../../../contracts/generate-probes';
import { probes } from '../../../contracts/openapi/probes';
import { readActivityRoute } from '../../../lambdas/activity/read-activity.contract';
import { readActivity } from '../../../lambdas/activity/read-activity.use-case';
import { readActivityAnswer } from '../../../lambdas/activity/read-activity-answer';
import { recordActivityRoute } from '../../../lambdas/activity/record-activity.contract';
import { recordActivity } from '../../../lambdas/activity/record-activity.use-case';
import { recordActivityAnswer } from '../../../lambdas/activity/record-activity-answer';
import { type RegionInService, regionInService } from '../../../lambdas/edge/check-health.contract';
import { checkHealthAnswer } from '../../../lambdas/edge/check-health-answer';
import { cancelOrderRoute } from '../../../lambdas/ordering/cancel-order.contract';
import { cancelOrder } from '../../../lambdas/ordering/cancel-order.use-case';
import { cancelOrderAnswer } from '../../../lambdas/ordering/cancel-order-answer';
import type { Order } from '../../../lambdas/ordering/order';
import { apiCaller } from '../../../lambdas/ordering/order-route.contract';
import type { Timeline } from '../../../lambdas/ordering/order-timeline';
import { placeOrderRoute } from '../../../lambdas/ordering/place-order.contract';
import { placeOrder } from '../../../lambdas/ordering/place-order.use-case';
import { placeOrderAnswer } from '../../../lambdas/ordering/place-order-answer';
import { readOrderRoute } from '../../../lambdas/ordering/read-order.contract';
import { readOrder } from '../../../lambdas/ordering/read-order.use-case';
import { readOrderAnswer } from '../../../lambdas/ordering/read-order-answer';
import { sealOrder } from '../../../lambdas/ordering/seal-order.use-case';
import { faultIn, type Probe, probeEvent } from '../../../lambdas/release/probe';
import { alwaysActive } from '../../../lambdas/shared/always-active-region-gate.adapter';
import { type ApiAnswer, apiRoute } from '../../../lambdas/shared/api-route';
import { InMemoryEventLog } from '../activity/in-memory-event-log';
import { priceList, silentLog, storeOf, tickingClock } from '../ordering/fixtures';
import { customerSeals } from '../shared/customer-seals';
import { InMemoryAuditTrail } from '../shared/in-memory-audit-trail';
import { InMemoryFlags } from '../shared/in-memory-flags';

const openapi = join(__dirname, '../../../contracts/openapi');

/** The store's API over memory. */
const setUp = () => {
  const clock = tickingClock();
  const { keys, sealerOf, open, openerOf } = customerSeals();
  const orders = storeOf<Order>('order', clock);
  const timelines = storeOf<Timeline>('timeline', clock);
  const place = placeOrder({
    orders,
    prices: priceList,
    flags: new InMemoryFlags(),
    clock,
    sealed: sealOrder({ sealerOf }),
    open,
  });
  const read = readOrder({ orders, timelines, gate: alwaysActive, region: 'sa-east-1' });
  const cancel = cancelOrder({ orders, clock });
  const recording = { trail: new InMemoryAuditTrail(), clock, region: 'sa-east-1', tokenOf: keys.tokenOf };
  const options = { log: silentLog, recording };
  const log = new InMemoryEventLog();
  const record = recordActivity({ log, sealerOf, clock, region: 'sa-east-1' });
  const show = readActivity({ timelines: { page: async () => ({ rows: [] }) }, openerOf });
  const routes: { readonly [operation: string]: ReturnType<typeof apiRoute> } = {
    placeOrder: apiRoute(
      placeOrderRoute,
      async ({ body, headers, caller, requestId }) => {
        const idempotencyKey = headers['idempotency-key'];
        return placeOrderAnswer(await place({ ...apiCaller.parse(caller), idempotencyKey, requestId, body }));
      },
      options,
    ),
    readOrder: apiRoute(
      readOrderRoute,
      async ({ path, caller }) => readOrderAnswer(await read({ ...path, ...apiCaller.parse(caller) })),
      options,
    ),
    cancelOrder: apiRoute(
      cancelOrderRoute,
      async ({ path, caller, requestId }) =>
        cancelOrderAnswer(await cancel({ ...path, requestId, ...apiCaller.parse(caller) })),
      options,
    ),
    recordActivity: apiRoute(
      recordActivityRoute,
      async ({ body, requestId }) =>
        recordActivityAnswer(await record({ body, cause: { correlationId: body.visitId, causationId: requestId } })),
      options,
    ),
    readActivity: apiRoute(
      readActivityRoute,
      async ({ path: { customerId } }) => readActivityAnswer(await show(customerId)),
      options,
    ),
    checkHealth: apiRoute(
      { success: regionInService },
      async (): Promise<ApiAnswer<RegionInService>> => {
        const answering = { region: 'sa-east-1', version: '12', schemas: { order: { reads: [1, 2], writes: 2 } } };
        return checkHealthAnswer(answering, { kind: 'in-service', checked: ['ordering table'] });
      },
      options,
    ),
  };
  return { routes, orders, timelines, log };
};

const all = Object.entries(probes).flatMap(([operation, list]) => list.map((probe) => ({ operation, ...probe })));

describe('the probes of the contract', () => {
  it('are what the contract says now', () => {
    expect(generateProbes(join(openapi, 'tenfold-v1.yaml'))).toBe(readFileSync(join(openapi, 'probes.ts'), 'utf8'));
  });

  it('ask every operation something', () => {
    expect(Object.keys(probes).toSorted()).toEqual([
      'cancelOrder',
      'checkHealth',
      'placeOrder',
      'readActivity',
      'readOrder',
      'recordActivity',
    ]);
    expect(all.length).toBeGreaterThan(10);
  });

  it.each(all)('$operation $name is answered as the contract says, and changes nothing', async (probe) => {
    const { routes, orders, timelines, log } = setUp();
    const answer = await routes[probe.operation]?.(probeEvent(probe, 'request-1'));

    expect(faultIn(probe, answer)).toBeUndefined();
    expect([orders.outbox, timelines.outbox, log.events]).toEqual([[], [], []]);
  });
});

describe('an answer to a probe', () => {
  const [probe] = probes['readOrder'] ?? [];
  if (probe === undefined) throw new Error('expected a probe');
  const problem = { type: 'about:blank', title: 'Not found', status: 404 };
  const answered = (statusCode: number, body: unknown) => ({ statusCode, body: JSON.stringify(body) });

  it.each([
    ['another status', answered(500, problem), 'status 500', 'status 404'],
    ['a body that is no problem document', answered(404, { message: 'none' }), 'message', 'type: string'],
    ['a field that the contract does not know', answered(404, { ...problem, stack: 'at' }), 'stack', 'no such field'],
    ['a body that is no JSON', { statusCode: 404, body: '<html>' }, '<html>', 'body: object'],
    ['nothing', null, 'null', 'status 404'],
    ['an error of the runtime', { errorMessage: 'x' }, 'errorMessage', 'status 404'],
  ])('with %s is a fault that says what came and what was expected', (_, payload, got, expected) => {
    expect(faultIn(probe, payload)).toEqual({
      probe: probe.name,
      got: expect.stringContaining(got),
      expected: expect.stringContaining(expected),
    });
  });
});

describe('a contract', () => {
  const contract = (paths: object, components: object = {}): string => {
    const file = join(mkdtempSync(join(tmpdir(), 'probes-')), 'api.yaml');
    writeFileSync(file, JSON.stringify({ openapi: '3.0.3', paths, components }));
    return file;
  };
  const problem = { content: { 'application/problem+json': { schema: { type: 'object' } } } };
  const thing = { name: 'thingId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };

  it.each([
    [
      'an operation that nothing certain can be asked',
      { '/v1/things': { post: { operationId: 'makeThing', responses: {} } } },
      'POST /v1/things has no probe that changes nothing',
    ],
    [
      'a pattern that takes what no id is',
      {
        '/v1/things/{thingId}': {
          get: {
            operationId: 'readThing',
            parameters: [{ ...thing, example: 'x', schema: { type: 'string', pattern: '.' } }],
            responses: { 404: problem },
          },
        },
      },
      'pattern . of thingId takes ~',
    ],
    [
      'a parameter without an example',
      { '/v1/things/{thingId}': { get: { operationId: 'readThing', parameters: [thing], responses: {} } } },
      'parameter thingId has no example',
    ],
    [
      'a status that is answered with nobody knows what',
      {
        '/v1/things/{thingId}': {
          get: { operationId: 'readThing', parameters: [{ ...thing, example: 'x' }], responses: { 404: problem } },
        },
      },
      'does not say what 400 has as its body',
    ],
    [
      'a body of which no example is refused: its probes might be carried out',
      {
        '/v1/things': {
          post: {
            operationId: 'makeThing',
            requestBody: { content: { 'application/json': { example: { size: 1 }, schema: { type: 'object' } } } },
            responses: { 400: problem, 415: problem, 422: problem },
          },
        },
      },
      'has no example of 422 that names a field of its body',
    ],
    [
      'a schema that says more than is checked',
      {
        '/health': {
          get: {
            operationId: 'checkHealth',
            responses: { 200: { content: { json: { schema: { type: 'object', oneOf: [] } } } } },
          },
        },
      },
      'a schema says oneOf',
    ],
  ])('with %s is refused', (_, paths, message) => {
    const generate = () => generateProbes(contract(paths));
    expect(generate).toThrow(ProbeGenerationError);
    expect(generate).toThrow(message);
  });
});

test('a probe has the caller that no client is, and none where none is asked for', () => {
  const asked = (probe: Probe | undefined) => probe && probeEvent(probe, 'request-1').requestContext.authorizer;
  expect(asked(probes['readOrder']?.[0])).toEqual({ clientId: 'release-probe' });
  expect(asked(probes['checkHealth']?.[0])).toBeNull();
});
