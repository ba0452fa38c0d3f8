import { closeOrder } from '../../../lambdas/ordering/close-order.use-case';
import { confirmOrder } from '../../../lambdas/ordering/confirm-order.use-case';
import type { Order } from '../../../lambdas/ordering/order';
import { caseIdOf } from '../../../lambdas/ordering/order-case';
import { parkCase } from '../../../lambdas/ordering/park-case.use-case';
import { recoverFailedSaga } from '../../../lambdas/ordering/recover-failed-saga.use-case';
import { redriveCase } from '../../../lambdas/ordering/redrive-case.use-case';
import { refuseDiscard } from '../../../lambdas/ordering/refuse-discard.use-case';
import { startOrderSaga } from '../../../lambdas/ordering/start-order-saga.use-case';
import { StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import type { EntityStore } from '../../../lambdas/shared/entity-store.port';
import type { SagaStepRequest } from '../../../lambdas/shared/saga-step.contract';
import {
  delivered,
  InMemoryOrderCases,
  InMemoryOrderSagas,
  orderId,
  placedOrder,
  storeOf,
  storeWith,
  tickingClock,
} from './fixtures';

const clock = tickingClock();
const redriveFunction = 'arn:aws:lambda:sa-east-1:000000000000:function:redrive-case:live';

const step = <Data>(name: string, data: Data, execution = orderId): SagaStepRequest<Data> => ({
  sagaId: orderId,
  step: name,
  execution,
  attempt: 0,
  data,
});
const closing = (parked: string[] = [], execution = orderId) =>
  step('close', { orderId, parked, reason: 'the card was declined' }, execution);
const stateMachineArn = 'arn:aws:states:sa-east-1:000000000000:stateMachine:OrderSaga';
const givenUp = (failedStep: string, execution = orderId) =>
  step(
    'park',
    { orderId, failedStep, error: 'Lambda.Unknown', cause: '{"errorMessage":"it hurts"}', stateMachineArn },
    execution,
  );

const setUp = async (changes: Partial<Order> = {}) => {
  const world = await storeWith(placedOrder(changes));
  const cases = new InMemoryOrderCases();
  const sagas = new InMemoryOrderSagas();
  const { orders } = world;
  return {
    ...world,
    cases,
    sagas,
    confirm: confirmOrder({ orders, clock }),
    close: closeOrder({ orders, clock }),
    park: parkCase({ orders, cases, clock, redriveFunction }),
    redrive: (caseId: string) => redriveCase({ orders, cases, sagasOf: () => sagas, clock })({ redriveCase: caseId }),
    recover: recoverFailedSaga({ orders, cases, sagas, clock, redriveFunction }),
  };
};

/** A store in which somebody else's change comes between the first read and its commit. */
const overtaken = (orders: EntityStore<Order>, change: (order: Order) => Order): EntityStore<Order> => {
  let first = true;
  return {
    find: (id) => orders.find(id),
    findFor: (id, messageId) => orders.findFor(id, messageId),
    claim: (id, stored, cause) => orders.claim(id, stored, cause),
    commit: async (commit) => {
      if (!first) return orders.commit(commit);
      first = false;
      const stored = await orders.find(commit.id);
      if (stored === undefined) throw new Error('expected an order');
      await orders.commit({ ...commit, basedOn: stored, state: change(stored.state), events: [] });
      throw new StaleEntityError(commit.id);
    },
  };
};

describe('confirm-order', () => {
  it('confirms once, however often it is called', async () => {
    const { confirm, events, current } = await setUp();

    const outcomes = [await confirm(step('confirm', { orderId })), await confirm(step('confirm', { orderId }))];

    expect(outcomes).toEqual([{ outcome: 'done' }, { outcome: 'done' }]);
    expect(events()).toEqual(['ordering.OrderConfirmed.v1']);
    expect((await current()).status).toBe('CONFIRMED');
  });

  it('refuses when the client cancelled in the very moment of confirming', async () => {
    const { orders, events } = await setUp();
    const racing = overtaken(orders, (order) => ({
      ...order,
      status: 'CANCELLING',
      cancelRequestedAt: order.placedAt,
    }));

    const outcome = await confirmOrder({ orders: racing, clock })(step('confirm', { orderId }));

    expect(outcome).toEqual({ outcome: 'refused', reason: 'the client cancelled the order' });
    expect(events()).toEqual([]);
  });

  it('refuses an execution that another one has taken over from', async () => {
    const { confirm } = await setUp({ execution: `${orderId}.c1` });

    expect(await confirm(step('confirm', { orderId }))).toMatchObject({ outcome: 'refused' });
  });

  it('fails when there is no such order, so that the saga tries again', async () => {
    const { confirm } = await setUp({ orderId: '00000000-0000-5000-8000-000000000000' });

    await expect(confirm(step('confirm', { orderId }))).rejects.toThrow(`order ${orderId} is not in this table`);
  });
});

describe('close-order', () => {
  it.each([
    ['PENDING', [], 'REJECTED', ['ordering.OrderRejected.v1']],
    ['CANCELLING', [], 'CANCELLED', ['ordering.OrderCancelled.v1']],
    ['PENDING', ['refund'], 'PARKED', []],
    ['CANCELLING', ['refund', 'release'], 'PARKED', []],
    ['CONFIRMED', [], 'CONFIRMED', []],
  ] as const)('makes of %s with %j parked: %s', async (status, parked, expected, told) => {
    const { close, events, current } = await setUp({ status });

    await close(closing([...parked]));
    await close(closing([...parked]));

    expect((await current()).status).toBe(expected);
    expect(events()).toEqual(told);
  });
});

describe('park-case', () => {
  it('opens one case an order and step, and explains it', async () => {
    const { park, cases } = await setUp();

    await park(givenUp('refund'));
    await park(givenUp('refund'));
    await park(givenUp('release'));

    expect(cases.listOpen().map(({ reason, count }) => [reason, count])).toEqual([
      ['RefundGivenUp', 1],
      ['ReleaseGivenUp', 1],
    ]);
    const { explanation } = cases.listOpen()[0] ?? { explanation: '' };
    expect(explanation).toContain('Lambda.Unknown: it hurts');
    expect(explanation).toContain('waits for the money');
    expect(explanation).toContain('runs all compensations of the order again');
  });

  it('leaves the order to the end of the chain when a compensation is parked', async () => {
    const { park, current } = await setUp();

    await park(givenUp('refund'));

    expect((await current()).status).toBe('PENDING');
  });

  it('parks the order, too, when the pivot is', async () => {
    const { park, current, cases } = await setUp();

    await park(givenUp('confirm'));

    expect(await current()).toMatchObject({ status: 'PARKED', parked: ['confirm'] });
    expect(cases.listOpen()).toMatchObject([
      { kind: 'step', redrive: { entry: 'confirm', sagaId: orderId, stateMachineArn } },
    ]);
  });

  it('opens no case for a confirmation that was done after all', async () => {
    const { park, confirm, cases } = await setUp();
    await confirm(step('confirm', { orderId }));

    const outcome = await park(givenUp('confirm'));

    expect(outcome).toMatchObject({ outcome: 'done', detail: { parked: false } });
    expect(cases.listOpen()).toEqual([]);
  });

  it('keeps no personal data in the case', async () => {
    const { park, cases } = await setUp();

    await park(givenUp('refund'));

    const text = JSON.stringify([...cases.stored.values()]);
    for (const secret of ['pm_card', 'Ada', 'Rua 1', 'customer-42']) expect(text).not.toContain(secret);
  });
});

describe('redrive-case', () => {
  const parkedOrder = async () => {
    const world = await setUp();
    await world.park(givenUp('refund'));
    await world.park(givenUp('release'));
    await world.close(closing(['refund', 'release']));
    return world;
  };

  it('starts the compensations with the order’s own data and closes the case', async () => {
    const { redrive, sagas, cases, current } = await parkedOrder();

    const outcome = await redrive(caseIdOf(orderId, 'refund'));

    expect(outcome.execution).toBe(`${orderId}.c1`);
    expect(sagas.started).toMatchObject([
      { name: `${orderId}.c1`, input: { entry: 'compensate', sagaId: orderId, data: { paymentMethod: 'pm_card' } } },
    ]);
    expect(cases.listOpen().map((one) => one.step)).toEqual(['release']);
    expect((await current()).status).toBe('PENDING');
  });

  it('never has two executions of an order compensate at a time', async () => {
    const { redrive, sagas, cases } = await parkedOrder();
    await redrive(caseIdOf(orderId, 'refund'));

    const second = await redrive(caseIdOf(orderId, 'release'));

    expect(second).toMatchObject({ outcome: 'not-now', reason: expect.stringContaining('is under way') });
    expect(await cases.find(caseIdOf(orderId, 'release'))).toMatchObject({ status: 'OPEN' });
    expect(sagas.started).toHaveLength(1);
  });

  it('only closes the other case once the order has come to its end', async () => {
    const { redrive, close, sagas, cases } = await parkedOrder();
    await redrive(caseIdOf(orderId, 'refund'));
    await close(closing([], `${orderId}.c1`));

    const outcome = await redrive(caseIdOf(orderId, 'release'));

    expect(outcome).toMatchObject({ explanation: 'nothing is left to do: the order is REJECTED' });
    expect(sagas.started).toHaveLength(1);
    expect(cases.listOpen()).toEqual([]);
  });

  it('loses nothing when it dies between deciding and starting', async () => {
    const { redrive, sagas, cases } = await parkedOrder();
    sagas.failOnce = true;
    await expect(redrive(caseIdOf(orderId, 'refund'))).rejects.toThrow('throttled');
    expect(cases.listOpen()).toHaveLength(2);

    await redrive(caseIdOf(orderId, 'refund'));

    expect(sagas.started.map(({ name }) => name)).toEqual([`${orderId}.c1`]);
    expect(cases.listOpen()).toHaveLength(1);
  });

  it('opens the case again, counted, when the redrive did not help', async () => {
    const { redrive, park, close, cases, sagas } = await parkedOrder();
    await redrive(caseIdOf(orderId, 'refund'));
    await park(givenUp('refund', `${orderId}.c1`));
    await close(closing(['refund'], `${orderId}.c1`));

    const reopened = await cases.find(caseIdOf(orderId, 'refund'));
    await redrive(caseIdOf(orderId, 'refund'));

    expect(reopened).toMatchObject({ status: 'OPEN', count: 2, execution: `${orderId}.c1` });
    expect(sagas.started.map(({ name }) => name)).toEqual([`${orderId}.c1`, `${orderId}.c2`]);
  });

  it('keeps a case open that its own execution has parked again before it could be closed', async () => {
    const { park, cases, orders } = await parkedOrder();
    const caseId = caseIdOf(orderId, 'refund');
    const sagas = new InMemoryOrderSagas();
    const quick = {
      start: async (saga: Parameters<typeof sagas.start>[0]) => {
        await park(givenUp('refund', saga.name));
        return sagas.start(saga);
      },
    };

    await redriveCase({ orders, cases, sagasOf: () => quick, clock })({ redriveCase: caseId });

    expect(await cases.find(caseId)).toMatchObject({ status: 'OPEN', count: 2 });
  });

  it('discards nothing: what waits is no message but an outcome for the customer', async () => {
    const { cases } = await parkedOrder();
    const caseId = caseIdOf(orderId, 'refund');

    const refused = refuseDiscard({ cases })({ caseId, number: 1, reason: 'it never works', by: 'operator-1' });

    await expect(refused).rejects.toThrow(/kind compensation holds no message .* settle it and redrive the case/);
    expect(await cases.find(caseId)).toMatchObject({ status: 'OPEN' });
  });

  it('keeps a case open whose own execution has given up again and still runs', async () => {
    const { redrive, park, close, cases, current } = await parkedOrder();
    const caseId = caseIdOf(orderId, 'refund');
    await redrive(caseId);
    await park(givenUp('refund', `${orderId}.c1`));

    const tooEarly = await redrive(caseId);
    await close(closing(['refund'], `${orderId}.c1`));

    expect(tooEarly).toMatchObject({ outcome: 'not-now', reason: expect.stringContaining('is under way') });
    expect(await current()).toMatchObject({ status: 'PARKED', parked: ['refund'] });
    expect(await cases.find(caseId)).toMatchObject({ status: 'OPEN', count: 2 });
  });

  it('never confirms an order that was undone: the case of its pivot is closed and explained', async () => {
    const { park, close, redrive, confirm, orders, current, cases, sagas, events } = await setUp();
    await park(givenUp('confirm'));
    // What is left when park-case, or whoever took over from its execution, died in the middle.
    const stored = await orders.find(orderId);
    if (stored === undefined) throw new Error('expected an order');
    const cause = { correlationId: orderId, causationId: 'test' };
    const undoing = { ...stored.state, status: 'PENDING' as const, execution: `${orderId}.c1` };
    await orders.commit({ id: orderId, basedOn: stored, state: undoing, events: [], cause });
    await park(givenUp('recall', `${orderId}.c1`));
    await close(closing(['recall'], `${orderId}.c1`));

    const outcome = await redrive(caseIdOf(orderId, 'confirm'));
    await confirm(step('confirm', { orderId }, `${orderId}.c1`));

    expect(outcome).toMatchObject({ outcome: 'closed', explanation: expect.stringContaining('waits with recall now') });
    expect(sagas.started).toEqual([]);
    expect(cases.listOpen().map((one) => one.step)).toEqual(['recall']);
    expect(await current()).toMatchObject({ status: 'PARKED', parked: ['recall'] });
    expect(events()).toEqual([]);
  });

  it('resumes at the pivot when the pivot was parked', async () => {
    const { park, redrive, confirm, sagas, current } = await setUp();
    await park(givenUp('confirm'));

    await redrive(caseIdOf(orderId, 'confirm'));
    await confirm(step('confirm', { orderId }, `${orderId}.c1`));

    expect(sagas.started).toMatchObject([{ input: { entry: 'confirm' } }]);
    expect((await current()).status).toBe('CONFIRMED');
  });

  it('says so when there is no such case', async () => {
    const { redrive } = await setUp();

    await expect(redrive('00000000-0000-5000-8000-000000000000')).rejects.toThrow('does not exist');
  });
});

describe('recover-failed-saga', () => {
  const failed = (name = orderId) => ({
    executionArn: `arn:${name}`,
    stateMachineArn,
    name,
    status: 'TIMED_OUT' as const,
  });

  it('starts the compensations of the order', async () => {
    const { recover, sagas } = await setUp();

    expect(await recover(failed())).toEqual({ kind: 'compensating', execution: `${orderId}.c1` });
    const reason = `a technical failure stopped the order: execution ${orderId} ended as TIMED_OUT`;
    expect(sagas.started).toMatchObject([{ name: `${orderId}.c1`, input: { entry: 'compensate', reason } }]);
  });

  it('starts one execution however often the failure is reported', async () => {
    const { recover, sagas } = await setUp();

    await Promise.all([recover(failed()), recover(failed()), recover(failed())]);

    expect(sagas.started).toHaveLength(1);
  });

  it('loses nothing when it dies between deciding and starting', async () => {
    const { recover, sagas } = await setUp();
    sagas.failOnce = true;
    await expect(recover(failed())).rejects.toThrow('throttled');

    await recover(failed());

    expect(sagas.started.map(({ name }) => name)).toEqual([`${orderId}.c1`]);
  });

  it('shuts out a confirmation that is still in flight', async () => {
    const { recover, confirm, events } = await setUp();
    await recover(failed());

    expect(await confirm(step('confirm', { orderId }))).toMatchObject({ outcome: 'refused' });
    expect(events()).toEqual([]);
  });

  it('leaves a confirmed order alone', async () => {
    const { recover, confirm, sagas } = await setUp();
    await confirm(step('confirm', { orderId }));

    expect(await recover(failed())).toMatchObject({ kind: 'nothing' });
    expect(sagas.started).toEqual([]);
  });

  it('closes the case of a pivot that it undoes: nothing is left to be confirmed', async () => {
    const { recover, park, orders, cases } = await setUp();
    // park-case dies after it has opened the case, so that the execution fails as a whole.
    const dying: EntityStore<Order> = {
      find: (id) => orders.find(id),
      findFor: (id, messageId) => orders.findFor(id, messageId),
      claim: (id, stored, cause) => orders.claim(id, stored, cause),
      commit: () => Promise.reject(new Error('killed')),
    };
    const broken = parkCase({ orders: dying, cases, clock, redriveFunction });
    await expect(broken(givenUp('confirm'))).rejects.toThrow('killed');
    expect(cases.listOpen().map((one) => one.step)).toEqual(['confirm']);

    await recover(failed());
    await park(givenUp('confirm'));

    expect(cases.listOpen()).toEqual([]);
    expect(cases.stored.get(caseIdOf(orderId, 'confirm'))).toMatchObject({
      closedAs: `superseded: execution ${orderId}.c1 undoes the order`,
    });
  });

  it('parks a case after the third compensation that failed, and a redrive goes on from there', async () => {
    const { recover, redrive, sagas, current, cases } = await setUp();
    for (const name of [orderId, `${orderId}.c1`, `${orderId}.c2`, `${orderId}.c3`]) await recover(failed(name));

    expect(await current()).toMatchObject({ status: 'PARKED', parked: ['compensate'] });
    expect(cases.listOpen()).toMatchObject([{ kind: 'compensation', reason: 'CompensateGivenUp' }]);
    await redrive(caseIdOf(orderId, 'compensate'));
    expect(sagas.started.map(({ name }) => name)).toEqual([1, 2, 3, 4].map((number) => `${orderId}.c${number}`));
  });

  it('fails loudly on an execution that names no order', async () => {
    const { recover } = await setUp();

    await expect(recover(failed('by-hand'))).rejects.toThrow('execution "by-hand" names no order');
  });
});

describe('start-order-saga', () => {
  const placed = delivered({
    orderId,
    customerId: 'customer-42',
    clientId: 'store-front',
    currency: 'BRL',
    totalMinor: 1,
    lines: [],
    country: 'BR',
  });

  it('starts one execution named after the order, with the data that events do not carry', async () => {
    const { orders, sagas } = await setUp();
    const start = startOrderSaga({ orders, timelines: storeOf('timeline', clock), sagas });

    await start(placed);
    await start({ ...placed, receiveCount: 2 });

    expect(sagas.started).toMatchObject([
      {
        name: orderId,
        input: { entry: 'forward', sagaId: orderId, data: { paymentMethod: 'pm_card', totalMinor: 15880 } },
      },
    ]);
    expect(Object.keys(sagas.started[0]?.input.data ?? {})).not.toContain('fingerprint');
  });

  it('only compensates an order that was cancelled before it began', async () => {
    const { orders, sagas } = await setUp({ status: 'CANCELLING', cancelRequestedAt: '2026-11-23T08:00:01Z' });

    await startOrderSaga({ orders, timelines: storeOf('timeline', clock), sagas })(placed);

    expect(sagas.started).toMatchObject([
      { name: orderId, input: { entry: 'compensate', reason: 'the client cancelled the order' } },
    ]);
  });

  it.each(['CONFIRMED', 'REJECTED', 'CANCELLED', 'PARKED'] as const)(
    'starts nothing for an order that is %s',
    async (status) => {
      const { orders, sagas } = await setUp({ status });

      await startOrderSaga({ orders, timelines: storeOf('timeline', clock), sagas })(placed);

      expect(sagas.started).toEqual([]);
    },
  );
});
