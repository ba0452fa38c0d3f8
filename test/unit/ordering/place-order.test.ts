import type { Order } from '../../../lambdas/ordering/order';
import { apiCaller } from '../../../lambdas/ordering/order-route.contract';
import { linesPerOrder } from '../../../lambdas/ordering/ordering-flags.contract';
import { placeOrderRoute } from '../../../lambdas/ordering/place-order.contract';
import { type PlaceOrderRequest, placeOrder } from '../../../lambdas/ordering/place-order.use-case';
import { placeOrderAnswer } from '../../../lambdas/ordering/place-order-answer';
import { sealOrder } from '../../../lambdas/ordering/seal-order.use-case';
import { apiRoute } from '../../../lambdas/shared/api-route';
import { StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import type { EntityStore } from '../../../lambdas/shared/entity-store.port';
import { customerSeals } from '../shared/customer-seals';
import { InMemoryAuditTrail } from '../shared/in-memory-audit-trail';
import { InMemoryFlags } from '../shared/in-memory-flags';
import { apiEvent, body, clientId, priceList, silentLog, storeOf, tickingClock } from './fixtures';

const key = 'key-0123456789abcdef';
const request: PlaceOrderRequest = { clientId, idempotencyKey: key, requestId: 'request-1', body };

const setUp = () => {
  const clock = tickingClock();
  const orders = storeOf<Order>('order', clock);
  const flags = new InMemoryFlags();
  const seals = customerSeals();
  const sealed = sealOrder(seals);
  const place = placeOrder({ orders, prices: priceList, flags, clock, sealed, open: seals.open });
  const events = () => orders.outbox.flatMap((row) => row.events.map(({ type }) => type));
  return { clock, orders, flags, place, events, seals, sealed };
};

describe('placing an order under an Idempotency-Key', () => {
  it('stores the order and its event together', async () => {
    const { orders, place, events } = setUp();

    const result = await place(request);

    if (result.kind !== 'placed') throw new Error(`expected a placed order, got ${result.kind}`);
    expect((await orders.find(result.order.orderId))?.state).toEqual(result.order);
    expect(events()).toEqual(['ordering.OrderPlaced.v1']);
    expect(orders.outbox[0]?.correlationid).toBe(result.order.orderId);
  });

  it('tells in its event nothing of payment and address but the country', async () => {
    const { orders, place } = setUp();

    await place(request);

    const text = JSON.stringify(
      orders.outbox.map((row) => ({
        ...row,
        events: row.events.map(({ data }) => Buffer.from(data).toString('latin1')),
      })),
    );
    expect(text).toContain('BR');
    for (const secret of ['pm_card', 'Ada', 'Rua 1', '01310-100']) expect(text).not.toContain(secret);
  });

  it('answers a repeat what it answered first, however far the order is by then', async () => {
    const { orders, place, events } = setUp();
    const first = await place(request);
    if (first.kind !== 'placed') throw new Error('expected a placed order');
    const stored = await orders.find(first.order.orderId);
    const cause = { correlationId: 'x', causationId: 'y' };
    const state = { ...first.order, status: 'CONFIRMED' as const };
    await orders.commit({ id: first.order.orderId, basedOn: stored, state, events: [], cause });

    const again = await place({ ...request, requestId: 'request-2' });

    expect(placeOrderAnswer(again)).toEqual({
      ...placeOrderAnswer(first),
      headers: { location: `orders/${first.order.orderId}`, 'idempotency-replayed': 'true' },
    });
    expect(events()).toHaveLength(1);
  });

  it('refuses the key for another body, and keeps the first order', async () => {
    const { place, events } = setUp();
    await place(request);

    const other = await place({ ...request, body: { ...body, customerId: 'customer-43' } });

    expect(() => placeOrderAnswer(other)).toThrow(
      expect.objectContaining({ status: 422, errors: [expect.objectContaining({ field: 'idempotency-key' })] }),
    );
    expect(events()).toHaveLength(1);
  });

  it('keeps the keys of two clients apart', async () => {
    const { place } = setUp();

    const [one, two] = [await place(request), await place({ ...request, clientId: 'somebody-else' })];

    expect([one.kind, two.kind]).toEqual(['placed', 'placed']);
  });

  it('makes the same order in whichever region the request arrives', async () => {
    const [here, there] = [await setUp().place(request), await setUp().place(request)];

    expect(here.kind === 'placed' && here.order.orderId).toBe(there.kind === 'placed' && there.order.orderId);
  });

  it('remembers no refusal: the key works once the fault is mended', async () => {
    const { place } = setUp();
    const lines = [{ sku: 'MUG-PINK', quantity: 1 }];

    const refused = await place({ ...request, body: { ...body, lines } });
    const mended = await place(request);

    expect([refused.kind, mended.kind]).toEqual(['unacceptable', 'placed']);
  });

  it('places one order when the same request comes many times at once', async () => {
    const { place, events } = setUp();

    const results = await Promise.all(Array.from({ length: 10 }, () => place(request)));

    expect(results.filter(({ kind }) => kind === 'placed')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'replayed')).toHaveLength(9);
    expect(events()).toHaveLength(1);
  });

  it('places what the flag for lines allows, and refuses what it does not, from the moment it is lowered', async () => {
    const { flags, place, events } = setUp();
    const other = { ...request, idempotencyKey: `${key}-2` };

    const before = await place(request);
    flags.set(linesPerOrder, body.lines.length - 1);
    const after = await place(other);
    const repeat = await place(request);

    expect([before.kind, after.kind, repeat.kind]).toEqual(['placed', 'unacceptable', 'replayed']);
    expect(events()).toHaveLength(1);
  });

  it('asks to try again while the transaction of an equal request is still running', async () => {
    const { clock, sealed, seals } = setUp();
    const orders: EntityStore<Order> = {
      find: async () => undefined,
      findFor: async () => ({}),
      claim: async (_id, stored) => stored,
      commit: async () => {
        throw new StaleEntityError('order/1');
      },
    };

    const result = await placeOrder({
      ...{ orders, prices: priceList, flags: new InMemoryFlags(), clock, sealed },
      open: seals.open,
    })(request);

    expect(() => placeOrderAnswer(result)).toThrow(
      expect.objectContaining({ status: 409, headers: { 'retry-after': '1' } }),
    );
  });
});

describe('POST /v1/orders', () => {
  const { place } = setUp();
  const trail = new InMemoryAuditTrail();
  const handler = apiRoute(
    placeOrderRoute,
    async ({ body: parsed, headers, caller, requestId }) =>
      placeOrderAnswer(
        await place({
          clientId: apiCaller.parse(caller).clientId,
          idempotencyKey: headers['idempotency-key'],
          requestId,
          body: parsed,
        }),
      ),
    { log: silentLog, recording: { trail, clock: tickingClock(), region: 'sa-east-1' } },
  );
  const headers = { 'Idempotency-Key': key, 'Content-Type': 'application/json' };
  const post = (changes: object, sent: { readonly [name: string]: string } = headers) =>
    handler(apiEvent({ body: JSON.stringify({ ...body, ...changes }), headers: sent }));
  const { 'Idempotency-Key': _key, ...keyless } = headers;

  it('answers 201 with where to read the order', async () => {
    const { statusCode, headers: sent, body: text } = await post({});

    expect(statusCode).toBe(201);
    expect(sent).toMatchObject({ location: `orders/${JSON.parse(text).orderId}` });
    expect(text).not.toContain('pm_card');
  });

  it('records the access by the order, the fields and nothing of what they hold', async () => {
    trail.records.length = 0;
    const { body: text } = await post({});

    expect(trail.records).toHaveLength(1);
    expect(trail.records[0]).toMatchObject({
      action: 'order.place',
      subject: `order/${JSON.parse(text).orderId}`,
      actor: { id: clientId, role: 'client' },
      outcome: 'granted',
    });
    expect(trail.records[0]?.fields).toEqual(expect.arrayContaining(['customerId', 'paymentMethod', 'shipTo.street']));
    const recorded = JSON.stringify(trail.records);
    for (const value of [body.customerId, body.paymentMethod, ...Object.values(body.shipTo)]) {
      expect(recorded).not.toContain(`"${value}"`);
    }
  });

  it.each([
    ['no key', {}, keyless, 'idempotency-key'],
    ['a short key', {}, { ...headers, 'Idempotency-Key': 'short' }, 'idempotency-key'],
    ['a key with a space', {}, { ...headers, 'Idempotency-Key': 'a key with spaces in it' }, 'idempotency-key'],
    ['an unknown field', { coupon: 'X' }, headers, 'coupon'],
    ['an unknown field of a line', { lines: [{ sku: 'TEE-L', quantity: 1, price: 1 }] }, headers, 'lines[0].price'],
    ['an unknown field of the address', { shipTo: { ...body.shipTo, door: '3' } }, headers, 'shipTo.door'],
    ['a price of the client', { totalMinor: 1 }, headers, 'totalMinor'],
    ['no lines', { lines: [] }, headers, 'lines'],
    ['half a piece', { lines: [{ sku: 'TEE-L', quantity: 0.5 }] }, headers, 'lines[0].quantity'],
    ['a quantity as text', { lines: [{ sku: 'TEE-L', quantity: '1' }] }, headers, 'lines[0].quantity'],
    ['a small currency', { currency: 'brl' }, headers, 'currency'],
    ['a customer id that is no message group', { customerId: 'Zoë X' }, headers, 'customerId'],
    [
      'too much metadata',
      { metadata: Object.fromEntries([...Array(21).keys()].map((n) => [`k${n}`, ''])) },
      headers,
      'metadata',
    ],
  ])('answers 400 and names the field when it is sent %s', async (_what, changes, sent, field) => {
    const { statusCode, body: text, headers: answered } = await post(changes, sent);

    expect(statusCode).toBe(400);
    expect(answered?.['content-type']).toBe('application/problem+json');
    expect(JSON.parse(text).errors).toContainEqual(expect.objectContaining({ field }));
  });

  it('answers 422 and names the line when a SKU is unknown', async () => {
    const { statusCode, body: text } = await post(
      {
        lines: [
          { sku: 'TEE-L', quantity: 1 },
          { sku: 'MUG-PINK', quantity: 1 },
        ],
      },
      { ...headers, 'Idempotency-Key': 'another-0123456789' },
    );

    expect(statusCode).toBe(422);
    expect(JSON.parse(text).errors).toEqual([
      { field: 'lines[1].sku', value: 'MUG-PINK', expected: 'a SKU of the catalogue' },
    ]);
  });
});
