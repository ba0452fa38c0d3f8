import { randomUUID } from 'node:crypto';
import { deployedStore, orderOf } from './deployed-store';
import { problemIn, stepsOf } from './store-client';

const store = deployedStore();

describe('a cancellation', () => {
  it('undoes everything when it comes before the confirmation', async () => {
    const { api, provider, carrier } = store();
    const article = await store().newArticle();
    // Time to cancel: the confirmation comes three seconds late.
    const { orderId } = await api.placed(orderOf(article, { metadata: { 'fault-confirm': 'slow:1:3' } }));
    await api.orderWith(orderId, 'PENDING', ['charge done']);

    const cancelled = await api.cancel(orderId);
    const again = await api.cancel(orderId);
    const order = await api.orderWith(orderId, 'CANCELLED', ['refund done', 'release done']);

    expect(cancelled.status).toBe(202);
    expect(JSON.parse(cancelled.text)).toMatchObject({ orderId, status: 'CANCELLING' });
    expect(again).toMatchObject({ status: 202, text: cancelled.text });
    expect(stepsOf(order)).not.toContain('confirm done');
    expect(await provider.effectsOf(orderId)).toEqual(['charge', 'refund']);
    expect(await provider.paidFor(orderId)).toBe(0);
    expect(await carrier.effectsOf(orderId)).toEqual(['parcel', 'recall']);
    expect(await store().stockOf(article)).toEqual({ available: 10, reserved: 0 });
  });

  it('is refused once the order is confirmed, and changes nothing', async () => {
    const { api, provider } = store();
    const { orderId, totalMinor } = await api.placed(orderOf(await store().newArticle()));
    await api.orderWith(orderId, 'CONFIRMED');

    const late = await api.cancel(orderId);

    expect(late.status).toBe(409);
    expect(problemIn(late).detail).toContain('the order is confirmed');
    await api.orderWith(orderId, 'CONFIRMED', ['dispatch done']);
    expect(await provider.paidFor(orderId)).toBe(totalMinor);
  });

  it('of an order that does not exist is answered 404', async () => {
    expect(await store().api.cancel(randomUUID())).toMatchObject({ status: 404 });
  });
});
