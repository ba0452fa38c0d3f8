import type { Order, OrderStatus } from '../../../lambdas/ordering/order';
import { caseIdOf } from '../../../lambdas/ordering/order-case';
import type { Timeline } from '../../../lambdas/ordering/order-timeline';
import { parkCase } from '../../../lambdas/ordering/park-case.use-case';
import { recoverFailedSaga } from '../../../lambdas/ordering/recover-failed-saga.use-case';
import { redriveCase } from '../../../lambdas/ordering/redrive-case.use-case';
import { startOrderSaga } from '../../../lambdas/ordering/start-order-saga.use-case';
import { InMemoryContents } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { leaseOf } from '../shared/region-records';
import { twoRegions } from '../shared/two-regions';
import {
  delivered,
  InMemoryOrderCases,
  InMemoryOrderSagas,
  orderId,
  placedOrder,
  storeOf,
  tickingClock,
} from './fixtures';

const clock = tickingClock();
const cause = { correlationId: orderId, causationId: 'test' };
const sagaIn = (region: string) => `arn:aws:states:${region}:000000000000:stateMachine:OrderSaga`;
const stateMachineArn = sagaIn('sa-east-1');
const redriveFunction = 'arn:aws:lambda:sa-east-1:000000000000:function:redrive-case:live';
const failed = { executionArn: 'arn:e', stateMachineArn, name: orderId, status: 'FAILED' as const };
const placed = delivered({
  ...{ orderId, customerId: 'customer-42', clientId: 'store-front', currency: 'BRL' },
  ...{ totalMinor: 1, lines: [], country: 'BR' },
});
const givenUp = {
  ...{ sagaId: orderId, step: 'park', execution: orderId, attempt: 0 },
  data: { orderId, failedStep: 'confirm', error: 'Lambda.Unknown', cause: 'it hurts', stateMachineArn },
};

/** The functions of two regions over one order of the first. */
const setUp = async (status: OrderStatus = 'PENDING') => {
  const { here, there, ...regions } = twoRegions();
  const [orders, timelines] = [new InMemoryContents<Order>(), new InMemoryContents<Timeline>()];
  const cases = new InMemoryOrderCases();
  const functionsOf = (where: typeof here) => {
    const sagas = new InMemoryOrderSagas();
    const stores = {
      orders: storeOf('order', clock, where, orders),
      timelines: storeOf('timeline', clock, where, timelines),
    };
    const opening = { cases, clock, redriveFunction };
    return {
      ...{ sagas, ...stores, gate: where.gate },
      start: startOrderSaga({ ...stores, sagas }),
      recover: recoverFailedSaga({ ...stores, ...opening, sagas }),
      park: parkCase({ ...stores, ...opening }),
      redrive: redriveCase({
        ...{ ...stores, cases, clock },
        sagasOf: (arn) => {
          if (arn !== sagaIn(where.region)) throw new Error(`${where.region} has no state machine ${arn}`);
          return sagas;
        },
      }),
    };
  };
  const home = functionsOf(here);
  await home.orders.commit({ id: orderId, basedOn: undefined, state: placedOrder({ status }), events: [], cause });
  await home.timelines.commit({ id: orderId, basedOn: undefined, state: { entries: [] }, events: [], cause });
  const homes = () => [orders, timelines].map(({ entities }) => entities.get(orderId)?.homeRegion);
  return { home, successor: functionsOf(there), homes, cases, timelines, ...regions };
};

describe('an order of another region', () => {
  it('is not started here, whoever tells of it', async () => {
    const { successor } = await setUp();

    await expect(successor.start(placed)).rejects.toMatchObject({ name: 'ForeignHomeError', homeRegion: 'sa-east-1' });

    expect(successor.sagas.started).toEqual([]);
  });

  it.each(['CONFIRMED', 'REJECTED', 'CANCELLED', 'PARKED'] as const)(
    'is left where it is when it is %s: there is nothing to start',
    async (status) => {
      const { successor, homes } = await setUp(status);

      await successor.start(placed);

      expect(homes()).toEqual(['sa-east-1', 'sa-east-1']);
    },
  );
});

describe('an order that was never adopted', () => {
  it('is started without a word about other regions: a refusal undoes what came before', async () => {
    const { home } = await setUp();

    await home.start(placed);

    expect(home.sagas.started.map(({ input }) => 'begunElsewhere' in input)).toEqual([false]);
  });
});

describe('an order whose region was evacuated to this one', () => {
  it('is adopted with its timeline and started under the name it had', async () => {
    const { successor, homes, evacuate } = await setUp();
    evacuate();

    await successor.start(placed);

    const input = { entry: 'forward', begunElsewhere: true };
    expect(successor.sagas.started).toMatchObject([{ name: orderId, input }]);
    expect(homes()).toEqual(['us-east-1', 'us-east-1']);
  });

  it('is started although a third region keeps its timeline', async () => {
    const { successor, timelines, evacuate } = await setUp();
    evacuate();
    timelines.entities.set(orderId, { state: { entries: [] }, version: 1, sequence: 0, homeRegion: 'eu-west-1' });

    await successor.start(placed);

    expect(successor.sagas.started).toHaveLength(1);
  });

  it('is redriven by the successor: its case waits for whoever has the order', async () => {
    const { home, successor, homes, evacuate } = await setUp();
    await home.park(givenUp);
    evacuate();

    const request = { redriveCase: caseIdOf(orderId, 'confirm'), stateMachineArn: sagaIn('us-east-1') };
    expect(await successor.redrive(request)).toMatchObject({ outcome: 'closed' });

    expect(successor.sagas.started).toMatchObject([{ name: `${orderId}.c1`, input: { entry: 'confirm' } }]);
    expect(homes()[0]).toBe('us-east-1');
  });
});

describe('a region that was evacuated and is back', () => {
  const back = async () => {
    const world = await setUp();
    world.evacuate();
    await world.successor.start(placed);
    world.letBackIn();
    return world;
  };

  it('does not recover an execution whose order its successor has', async () => {
    const { home } = await back();

    expect(await home.recover(failed)).toEqual({ kind: 'nothing', why: 'region us-east-1 has the order' });
    expect(home.sagas.started).toEqual([]);
  });

  it('opens no case about an order that its successor has', async () => {
    const { home, cases } = await back();

    await expect(home.park(givenUp)).rejects.toMatchObject({ name: 'ForeignHomeError' });

    expect(cases.listOpen()).toEqual([]);
  });
});

describe('a failed execution', () => {
  it('of an evacuated region is left to the successor, which runs the order again', async () => {
    const { home, evacuate } = await setUp();
    evacuate();

    expect(await home.recover(failed)).toEqual({
      kind: 'nothing',
      why: 'this region was evacuated: us-east-1 takes its orders over',
    });
    expect(home.sagas.started).toEqual([]);
  });

  it('waits while the lease of its region has run out: whether the order is still its own is not known', async () => {
    const { home } = await setUp();
    home.gate.records.set('sa-east-1', { lease: leaseOf('sa-east-1', '2026-11-23T07:00:00.000Z') });

    await expect(home.recover(failed)).rejects.toMatchObject({ standing: { kind: 'lease-expired' } });
  });
});
