import { randomUUID } from 'node:crypto';
import { deployedStore, orderOf } from './deployed-store';
import { eventually } from './eventually';
import { orderIn, placedIn, problemIn, stepsOf } from './store-client';

const store = deployedStore();

const forward = ['reserve done', 'charge done', 'ship done', 'confirm done', 'dispatch done'];

describe('an order that can be fulfilled', () => {
  it('may have notes under any name', async () => {
    const { api } = store();
    const metadata = { constructor: 'x', toString: 'y', hasOwnProperty: 'z' };

    const { orderId } = await api.placed(orderOf(await store().newArticle(), { metadata }));

    expect((await api.orderWith(orderId, 'CONFIRMED', forward)).orderId).toBe(orderId);
  });

  it('ends confirmed, with the time of every step', async () => {
    const { api } = store();
    const asked = orderOf(await store().newArticle());

    const { orderId, placedAt, totalMinor } = await api.placed(asked);
    const order = await api.orderWith(orderId, 'CONFIRMED', forward);

    expect(totalMinor).toBe(2 * 3990);
    expect(order).toMatchObject({ orderId, placedAt, customerId: asked.customerId, totalMinor });
    expect(stepsOf(order)).toEqual(forward);
    const times = [placedAt, ...order.steps.map(({ at }) => at)];
    expect(times).toEqual([...times].sort());
  });

  it('has each of its effects once: stock, money, parcel, points', async () => {
    const { api, provider, carrier } = store();
    const article = await store().newArticle();
    const asked = orderOf(article);

    const { orderId, totalMinor } = await api.placed(asked);
    await api.orderWith(orderId, 'CONFIRMED', forward);
    const points = await eventually(
      () => store().pointsOf(asked.customerId),
      (credits) => credits.length > 0,
    );

    expect(await store().stockOf(article)).toEqual({ available: 8, reserved: 2 });
    expect(await provider.effectsOf(orderId)).toEqual(['charge']);
    expect(await provider.paidFor(orderId)).toBe(totalMinor);
    expect(await carrier.effectsOf(orderId)).toEqual(['parcel', 'dispatch']);
    expect(points).toEqual([Math.floor(totalMinor / 100)]);
  });

  it('is found where the answer says', async () => {
    const { api } = store();
    const answer = await api.place(orderOf(await store().newArticle()));

    const location = answer.headers.get('location') ?? '';
    const found = await api.send({ method: 'GET', path: `/v1/${location}` });

    expect(orderIn(found).orderId).toBe(placedIn(answer).orderId);
  });

  it('adds its points to those of the same customer', async () => {
    const { api } = store();
    const asked = orderOf(await store().newArticle(10_000));

    await Promise.all([api.placed(asked), api.placed(asked)]);
    const points = await eventually(
      () => store().pointsOf(asked.customerId),
      (credits) => credits.length === 2,
    );

    expect(points).toEqual([200, 200]);
  });
});

describe('the trace of a request', () => {
  it.each([
    ['is kept with what it stated', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', true],
    ['is left out when it cannot be read', 'not a trace', false],
  ])('%s', async (_what, traceparent, kept) => {
    const { api } = store();
    const asked = orderOf(await store().newArticle());
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID(), traceparent };

    const answer = await api.send({ method: 'POST', path: '/v1/orders', headers, body: JSON.stringify(asked) });
    const items = await store().itemsOf(placedIn(answer).orderId);

    const [stated] = items.filter((item) => item['itemType'] === 'OUTBOX');
    expect(stated?.['traceparent']).toBe(kept ? traceparent : undefined);
  });
});

describe('an order that cannot be fulfilled', () => {
  it('ends rejected when the card is declined, and its stock is given back', async () => {
    const { api, provider, carrier } = store();
    const article = await store().newArticle();

    const { orderId } = await api.placed(orderOf(article, { paymentMethod: 'pm_declined' }));
    const steps = ['reserve done', 'charge refused', 'release done'];
    const order = await api.orderWith(orderId, 'REJECTED', steps);

    expect(stepsOf(order)).toEqual(steps);
    expect(order.reason).toContain('declined');
    expect(await store().stockOf(article)).toEqual({ available: 10, reserved: 0 });
    expect(await provider.paidFor(orderId)).toBe(0);
    expect(await carrier.effectsOf(orderId)).toEqual([]);
  });

  it('ends rejected when stock runs short, and nothing is charged', async () => {
    const { api, provider } = store();
    const article = await store().newArticle(3990, 1);

    const { orderId } = await api.placed(orderOf(article));
    const order = await api.orderWith(orderId, 'REJECTED', ['reserve refused']);

    expect(order.reason).toContain('out-of-stock');
    expect(await store().stockOf(article)).toEqual({ available: 1, reserved: 0 });
    expect(await provider.effectsOf(orderId)).toEqual([]);
  });
});

describe('a repeated request', () => {
  it('is answered as the first one was, also when the order has moved on', async () => {
    const { api } = store();
    const asked = orderOf(await store().newArticle());
    const key = randomUUID();

    const first = await api.place(asked, key);
    const atOnce = await api.place(asked, key);
    await api.orderWith(placedIn(first).orderId, 'CONFIRMED');
    const later = await api.place(asked, key);

    expect([first, atOnce, later].map(({ status, text }) => [status, text])).toEqual(Array(3).fill([201, first.text]));
    expect([first, atOnce, later].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([
      null,
      'true',
      'true',
    ]);
  });

  it('is the same request when only the order of its fields differs', async () => {
    const { api } = store();
    const asked = orderOf(await store().newArticle());
    const key = randomUUID();

    const first = await api.place(asked, key);
    const { customerId, ...rest } = asked;
    const again = await api.place({ ...rest, customerId }, key);

    expect(again).toMatchObject({ status: 201, text: first.text });
  });

  it('is refused when its body is another', async () => {
    const { api } = store();
    const asked = orderOf(await store().newArticle());
    const key = randomUUID();
    await api.placed(asked, key);

    const other = await api.place({ ...asked, paymentMethod: 'pm_other' }, key);

    expect(other.status).toBe(422);
    expect(other.headers.get('content-type')).toBe('application/problem+json');
    expect(problemIn(other).errors).toMatchObject([{ field: 'idempotency-key' }]);
  });

  it('makes one order when many are sent at once', async () => {
    const { api, provider } = store();
    const article = await store().newArticle();
    const asked = orderOf(article);
    const key = randomUUID();

    const answers = await Promise.all(Array.from({ length: 6 }, () => api.place(asked, key)));

    const accepted = answers.filter(({ status }) => status === 201);
    const inFlight = answers.filter(({ status }) => status === 409);
    expect(accepted.length + inFlight.length).toBe(answers.length);
    expect(new Set(accepted.map(({ text }) => text)).size).toBe(1);
    expect(accepted.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
    expect(inFlight.every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true);
    const { orderId, totalMinor } = await api.placed(asked, key);
    await api.orderWith(orderId, 'CONFIRMED');
    expect(await provider.paidFor(orderId)).toBe(totalMinor);
    expect(await store().stockOf(article)).toEqual({ available: 8, reserved: 2 });
  });
});
