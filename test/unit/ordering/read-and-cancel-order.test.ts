import fc from 'fast-check';
import { cancelledOrder } from '../../../lambdas/ordering/cancel-order.contract';
import { cancelOrder } from '../../../lambdas/ordering/cancel-order.use-case';
import { cancelOrderAnswer } from '../../../lambdas/ordering/cancel-order-answer';
import type { Order } from '../../../lambdas/ordering/order';
import { apiCaller, orderPath } from '../../../lambdas/ordering/order-route.contract';
import type { Timeline } from '../../../lambdas/ordering/order-timeline';
import { orderView } from '../../../lambdas/ordering/read-order.contract';
import { readOrder } from '../../../lambdas/ordering/read-order.use-case';
import { readOrderAnswer } from '../../../lambdas/ordering/read-order-answer';
import { trackedSteps } from '../../../lambdas/ordering/track-order-steps.contract';
import { trackOrderStep } from '../../../lambdas/ordering/track-order-steps.use-case';
import { alwaysActive } from '../../../lambdas/shared/always-active-region-gate.adapter';
import { apiRoute } from '../../../lambdas/shared/api-route';
import { deterministicId } from '../../../lambdas/shared/deterministic-id';
import { StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import { forwardHome, readForwardable } from '../../../lambdas/shared/forward-home';
import { HomeUnreachableError } from '../../../lambdas/shared/home-regions.errors';
import type { HomeRegions } from '../../../lambdas/shared/home-regions.port';
import { InMemoryContents } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { twoRegions } from '../shared/two-regions';
import {
  apiEvent,
  clientId,
  delivered,
  orderId,
  placedOrder,
  silentLog,
  storeOf,
  storeWith,
  tickingClock,
} from './fixtures';

const setUp = async (changes = {}) => {
  const clock = tickingClock();
  const world = await storeWith(placedOrder(changes), clock);
  const timelines = storeOf<Timeline>('timeline', clock);
  const read = readOrder({ orders: world.orders, timelines, gate: alwaysActive, region: 'sa-east-1' });
  const cancel = cancelOrder({ orders: world.orders, clock });
  const track = (type: string, id: string, time: string, reason?: string) => {
    const tracked = trackedSteps.find(({ contract }) => contract.type === type);
    if (tracked === undefined) throw new Error(`${type} is not tracked`);
    return trackOrderStep(
      { timelines },
      tracked,
    )(delivered({ orderId, ...(reason && { reason }) }, { id, time, type }));
  };
  return { ...world, timelines, read, cancel, track };
};

describe('reading an order', () => {
  it('shows every step in order of time, whatever order its events came in', async () => {
    const { read, track } = await setUp({ status: 'CONFIRMED', confirmedAt: '2026-11-23T08:00:04.000Z' });
    await track('shipping.ShipmentBooked.v1', 'e3', '2026-11-23T08:00:03.000Z');
    await track('inventory.StockReserved.v1', 'e1', '2026-11-23T08:00:01.000Z');
    await track('shipping.ShipmentDispatched.v1', 'e4', '2026-11-23T08:00:05.000Z');
    await track('payments.PaymentCharged.v1', 'e2', '2026-11-23T08:00:02.000Z');

    const { body } = readOrderAnswer(await read({ orderId, clientId }));

    expect(body.steps.map(({ step }) => step)).toEqual(['reserve', 'charge', 'ship', 'confirm', 'dispatch']);
  });

  it('shows why a step was refused, and what was undone', async () => {
    const { read, track } = await setUp({ status: 'REJECTED', reason: 'insufficient funds' });
    await track('inventory.StockReserved.v1', 'e1', '2026-11-23T08:00:01.000Z');
    await track('payments.PaymentDeclined.v1', 'e2', '2026-11-23T08:00:02.000Z', 'insufficient funds');
    await track('inventory.StockReleased.v1', 'e3', '2026-11-23T08:00:03.000Z');

    const { body } = readOrderAnswer(await read({ orderId, clientId }));

    expect(body.steps).toEqual([
      { step: 'reserve', outcome: 'done', at: '2026-11-23T08:00:01.000Z' },
      { step: 'charge', outcome: 'refused', at: '2026-11-23T08:00:02.000Z', reason: 'insufficient funds' },
      { step: 'release', outcome: 'done', at: '2026-11-23T08:00:03.000Z' },
    ]);
  });

  it('counts a step once, however often its event is delivered', async () => {
    const types = trackedSteps.map(({ contract }) => contract.type);
    const deliveries = fc.array(fc.constantFrom(...types), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(deliveries, async (arriving) => {
        const { timelines, track } = await setUp();
        // The queue delivers again what gave up among so many at once.
        const deliver = (type: string): Promise<void> =>
          track(type, deterministicId(type), '2026-11-23T08:00:01.000Z').catch((error: unknown) => {
            if (error instanceof StaleEntityError) return deliver(type);
            throw error;
          });
        await Promise.all(arriving.map(deliver));

        const entries = (await timelines.find(orderId))?.state.entries ?? [];
        expect(entries.map(({ eventId }) => eventId).sort()).toEqual(
          [...new Set(arriving)].map((type) => deterministicId(type)).sort(),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('shows nothing of payment and address', async () => {
    const { read } = await setUp();

    const { body } = readOrderAnswer(await read({ orderId, clientId }));

    const text = JSON.stringify(orderView.parse(body));
    for (const secret of ['pm_card', 'Ada', 'Rua 1', 'fingerprint', 'execution']) expect(text).not.toContain(secret);
  });

  it('knows another client’s order as little as one that does not exist', async () => {
    const { read } = await setUp();
    const problem = expect.objectContaining({ status: 404, message: 'there is no such order of this client' });
    const [others, nobodys] = [
      await read({ orderId, clientId: 'somebody-else' }),
      await read({ orderId: '00000000-0000-5000-8000-000000000000', clientId }),
    ];

    expect(() => readOrderAnswer(others)).toThrow(problem);
    expect(() => readOrderAnswer(nobodys)).toThrow(problem);
  });
});

describe('reading an order in one of two regions', () => {
  const inTwoRegions = async () => {
    const { here, there, evacuate } = twoRegions();
    const [clock, orders] = [tickingClock(), new InMemoryContents<Order>()];
    const readIn = (where: typeof here) => {
      const timelines = storeOf<Timeline>('timeline', clock, where);
      return readOrder({ orders: storeOf('order', clock, where, orders), timelines, ...where });
    };
    await storeOf('order', clock, here, orders).commit({
      ...{ id: orderId, basedOn: undefined, state: placedOrder(), events: [] },
      cause: { correlationId: orderId, causationId: 'test' },
    });
    const freshness = async (where: typeof here) =>
      orderView.parse(readOrderAnswer(await readIn(where)({ orderId, clientId })).body).freshness;
    return { here, there, evacuate, freshness };
  };

  it('is answered at home with the latest there is, and without a date', async () => {
    const { here, freshness } = await inTwoRegions();

    expect(await freshness(here)).toEqual({ servedFrom: 'sa-east-1', homeRegion: 'sa-east-1' });
  });

  it('says elsewhere when the home was last heard of', async () => {
    const { there, evacuate, freshness } = await inTwoRegions();
    expect(await freshness(there)).toEqual({ servedFrom: 'us-east-1', homeRegion: 'sa-east-1' });
    evacuate(); // brings the home's lease, renewed at eight

    expect(await freshness(there)).toEqual({
      ...{ servedFrom: 'us-east-1', homeRegion: 'sa-east-1' },
      asOf: '2026-11-23T08:00:00.000Z',
    });
  });
});

describe('cancelling an order', () => {
  const request = { clientId, orderId, requestId: 'request-1' };

  it('takes the cancellation of a pending order, and answers a repeat the same', async () => {
    const { cancel, current } = await setUp();

    const answers = [cancelOrderAnswer(await cancel(request)), cancelOrderAnswer(await cancel(request))];

    expect(answers[0]).toMatchObject({ status: 202, body: { orderId, status: 'CANCELLING' } });
    expect(answers[1]).toEqual(answers[0]);
    expect((await current()).status).toBe('CANCELLING');
  });

  it('answers the same even when the order is cancelled by then', async () => {
    const { cancel } = await setUp({ status: 'CANCELLED', cancelRequestedAt: '2026-11-23T08:00:01.000Z' });

    expect(cancelOrderAnswer(await cancel(request))).toEqual({
      status: 202,
      body: { orderId, status: 'CANCELLING', cancelRequestedAt: '2026-11-23T08:00:01.000Z' },
    });
  });

  it.each([
    ['CONFIRMED', 'is confirmed'],
    ['REJECTED', 'was rejected'],
    ['PARKED', 'waits for an operator'],
  ] as const)('refuses when the order is %s, and says why', async (status, why) => {
    const { cancel, current } = await setUp({ status });

    const decision = await cancel(request);

    expect(() => cancelOrderAnswer(decision)).toThrow(
      expect.objectContaining({ status: 409, message: expect.stringContaining(why) }),
    );
    expect((await current()).status).toBe(status);
  });

  it('does not touch another client’s order', async () => {
    const { cancel, current } = await setUp();

    const decision = await cancel({ ...request, clientId: 'somebody-else' });

    expect(() => cancelOrderAnswer(decision)).toThrow(expect.objectContaining({ status: 404 }));
    expect((await current()).status).toBe('PENDING');
  });
});

describe('POST /v1/orders/{orderId}/cancel in another region than the order’s', () => {
  const inTwoRegions = async (changes = {}) => {
    const { here, there, ...regions } = twoRegions();
    const [clock, contents] = [tickingClock(), new InMemoryContents<Order>()];
    const routeIn = (where: typeof here, homes: HomeRegions) => {
      const cancel = cancelOrder({ orders: storeOf('order', clock, where, contents), clock });
      return apiRoute(
        { path: orderPath, success: cancelledOrder },
        async ({ path, caller, requestId }) =>
          cancelOrderAnswer(await cancel({ ...path, requestId, clientId: apiCaller.parse(caller).clientId })),
        { log: silentLog, writes: where.gate, elsewhere: forwardHome({ homes, region: where.region, log: silentLog }) },
      );
    };
    const nobody: HomeRegions = {
      forward: (homeRegion) => Promise.reject(new HomeUnreachableError(homeRegion, 'TimeoutError')),
    };
    const home = routeIn(here, nobody);
    const reached: HomeRegions = {
      forward: async (_region, request) => {
        const { statusCode, headers = {}, body } = await home(readForwardable(request));
        return {
          statusCode,
          headers: Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, String(v)])),
          body,
        };
      },
    };
    await storeOf('order', clock, here, contents).commit({
      ...{ id: orderId, basedOn: undefined, state: placedOrder(changes), events: [] },
      cause: { correlationId: orderId, causationId: 'test' },
    });
    const ask = async (route: typeof home) => {
      const { statusCode, headers, body } = await route(apiEvent({ pathParameters: { orderId }, headers: {} }));
      return { status: statusCode, retryAfter: headers?.['retry-after'], ...JSON.parse(body) };
    };
    const order = () => contents.entities.get(orderId);
    return { ...regions, order, ask, connected: routeIn(there, reached), cutOff: routeIn(there, nobody) };
  };

  it('is carried out at home, and answered as at home', async () => {
    const { ask, connected, order } = await inTwoRegions();

    const answers = [await ask(connected), await ask(connected)];

    expect(answers[0]).toMatchObject({ status: 'CANCELLING', orderId });
    expect(answers[1]).toEqual(answers[0]);
    expect(order()).toMatchObject({ homeRegion: 'sa-east-1', version: 2, state: { status: 'CANCELLING' } });
  });

  it('is refused as at home', async () => {
    const { ask, connected } = await inTwoRegions({ status: 'CONFIRMED' });

    expect(await ask(connected)).toMatchObject({ status: 409, type: 'urn:tenfold:problem:conflict' });
  });

  it('changes nothing and asks to come again while the home is unreachable and not evacuated', async () => {
    const { ask, cutOff, order } = await inTwoRegions();

    expect(await ask(cutOff)).toMatchObject({ type: 'urn:tenfold:problem:home-unreachable', retryAfter: '5' });
    expect(order()).toMatchObject({ version: 1, state: { status: 'PENDING' } });
  });

  it('is carried out here once the home was evacuated to this region', async () => {
    const { ask, cutOff, order, evacuate } = await inTwoRegions();
    evacuate();

    expect(await ask(cutOff)).toMatchObject({ status: 'CANCELLING' });
    expect(order()).toMatchObject({ homeRegion: 'us-east-1', adoptedFrom: 'sa-east-1' });
  });
});
