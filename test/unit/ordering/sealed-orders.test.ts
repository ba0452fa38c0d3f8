import type { Order } from '../../../lambdas/ordering/order';
import { sagaDataOf } from '../../../lambdas/ordering/order';
import { orderSagaData } from '../../../lambdas/ordering/order-saga.contract';
import { orderHistory } from '../../../lambdas/ordering/order-schema';
import { isSealedOrder } from '../../../lambdas/ordering/order-sealing';
import { placeOrder } from '../../../lambdas/ordering/place-order.use-case';
import { placeOrderAnswer } from '../../../lambdas/ordering/place-order-answer';
import { sealForGood } from '../../../lambdas/ordering/seal-for-good.use-case';
import { sealOrder } from '../../../lambdas/ordering/seal-order.use-case';
import { EntitySchema } from '../../../lambdas/shared/entity-schema';
import { schemaUseIn } from '../../../lambdas/shared/schema-phase.contract';
import { customerSeals } from '../shared/customer-seals';
import { InMemoryFlags } from '../shared/in-memory-flags';
import { InMemorySubjectKeys } from '../shared/in-memory-subject-keys';
import { body, clientId, placedOrder as openOrder, orderId, priceList, storeOf, tickingClock } from './fixtures';

const personal = ['Ada', 'Rua 1', '01310-100', 'São Paulo', 'pm_card', openOrder().fingerprint];
const request = { clientId, idempotencyKey: 'key-0123456789abcdef', requestId: 'request-1', body };

const setUp = (seals = customerSeals()) => {
  const clock = tickingClock();
  const orders = storeOf<Order>('order', clock);
  const deps = { orders, prices: priceList, flags: new InMemoryFlags(), clock, open: seals.open };
  return { orders, seals, place: placeOrder({ ...deps, sealed: sealOrder(seals) }) };
};

it('stores and broadcasts nothing personal in the open', async () => {
  const { orders, place } = setUp();

  const result = await place(request);

  if (result.kind !== 'placed') throw new Error(`expected an order, got ${result.kind}`);
  const text = JSON.stringify([await orders.find(result.order.orderId), orders.outbox]);
  for (const value of personal) expect(text).not.toContain(value);
  expect(result.order.country).toBe('BR');
});

it('hands its saga nothing personal in the open, and what the steps need', async () => {
  const order = await sealOrder(customerSeals())(openOrder());

  const data = orderSagaData.parse(sagaDataOf(order));

  for (const value of personal) expect(JSON.stringify(data)).not.toContain(value);
  expect(data.shipTo).toBe(order.shipTo);
});

it('recognises a repeated request by what it has sealed, in another region, too', async () => {
  const keys = new InMemorySubjectKeys();
  const { orders, place } = setUp(customerSeals(keys));
  await place(request);
  const { sealerOf, open } = customerSeals(keys.in('us-east-1'), 'us-east-1');
  const flags = new InMemoryFlags();
  const there = placeOrder({
    ...{ orders, prices: priceList, flags, clock: tickingClock(), open, sealed: sealOrder({ sealerOf }) },
  });

  expect((await there(request)).kind).toBe('replayed');
  expect((await there({ ...request, body: { ...body, paymentMethod: 'pm_other' } })).kind).toBe('other-request');
});

it('places nothing for a customer who was erased, and says which field it is about', async () => {
  const { seals, place, orders } = setUp();
  await place(request);
  await seals.erase(body.customerId);

  const [repeat, another] = [await place(request), await place({ ...request, idempotencyKey: 'key-1123456789abcdef' })];

  for (const result of [repeat, another])
    expect(() => placeOrderAnswer(result)).toThrow(
      expect.objectContaining({ status: 422, errors: [expect.objectContaining({ field: 'customerId' })] }),
    );
  expect(orders.outbox).toHaveLength(1);
});

it('makes no key for a request that is refused', async () => {
  const { seals, place } = setUp();

  await place({ ...request, body: { ...body, lines: [{ sku: 'NO-SUCH', quantity: 1 }] } });

  expect(seals.keys.reads).toBe(0);
});

describe('an order of before there were seals', () => {
  const schema = (phase: 'expand' | 'cutover' | 'contract') => new EntitySchema(orderHistory, schemaUseIn(phase, 3));
  const stored = { state: orderHistory.down(openOrder(), 2), schemaVersion: 2 };

  it('stays in version 2 when it changes, and loses nothing', () => {
    const order = schema('cutover').read(`order/${orderId}`, stored);

    expect(schema('cutover').write(order, 2)).toEqual(stored);
    expect(isSealedOrder(order)).toBe(false);
  });

  it('is in version 3 once it is sealed', async () => {
    const sealed = await sealOrder(customerSeals())(schema('cutover').read(`order/${orderId}`, stored));

    const form = schema('cutover').write(sealed, 2);

    expect(form.schemaVersion).toBe(3);
    expect(schema('contract').read(`order/${orderId}`, form)).toEqual(sealed);
  });

  it('is sealed with a key that nobody keeps when its customer was erased meanwhile', async () => {
    const seals = customerSeals();
    await seals.erase(body.customerId);
    const nonces = (bytes: number) => Buffer.alloc(bytes, 3);

    const sealed = await sealForGood({ keys: seals.keys, region: 'sa-east-1', nonces })(openOrder());

    expect(isSealedOrder(sealed)).toBe(true);
    for (const value of personal) expect(JSON.stringify(sealed)).not.toContain(value);
  });

  it('is never written in the open once it is sealed, whatever the phase', async () => {
    const sealed = await sealOrder(customerSeals())(openOrder());

    expect(schema('expand').write(sealed, 3)).toMatchObject({ schemaVersion: 3 });
    expect(() => schema('expand').write(sealed)).toThrow(expect.objectContaining({ name: 'SealedOrderError' }));
  });
});
