import { randomUUID } from 'node:crypto';
import { ParkedCases } from '../../local/operator/parked-cases';
import { deployedStore, orderOf } from './deployed-store';
import { eventually } from './eventually';
import { stepsOf } from './store-client';

const store = deployedStore();

it('parks a message that keeps failing, lets its saga turn round, and has no late effect when it is re-driven', async () => {
  const { api, provider, cloud } = store();
  const cases = new ParkedCases(cloud, cloud.outputs);
  const article = await store().newArticle();
  const key = randomUUID();
  const orderId = store().orderIdFor(key);
  await provider.fail('charge', orderId);
  await api.placed(orderOf(article), key);

  const order = await api.orderWith(orderId, 'REJECTED', ['release done']);
  const openOfOrder = async () => (await cases.open()).filter(({ subject }) => subject === `order/${orderId}`);
  const [open] = await eventually(openOfOrder, (found) => found.length > 0);
  if (open === undefined) throw new Error('no case is open');
  expect(open).toMatchObject({ kind: 'message', context: 'payments' });
  expect(await cases.messages(open.caseId)).toHaveLength(1);
  const kept = await store().item('payments', `CASE#${open.caseId}`, 'MESSAGE#000001');
  const { data } = JSON.parse(String(kept?.['body'])) as { data: object };
  expect(Object.keys(data).sort()).toEqual(['currency', 'customerId', 'orderId', 'paymentMethod', 'totalMinor']);
  expect(order.reason).toContain('charge failed');

  await provider.mend('charge', orderId);
  await cases.redrive(open.caseId);

  expect(await openOfOrder()).toEqual([]);
  expect(await provider.paidFor(orderId)).toBe(0);
  expect(stepsOf(await api.orderWith(orderId, 'REJECTED'))).not.toContain('charge done');
  expect(await store().stockOf(article)).toEqual({ available: 10, reserved: 0 });
});

it('takes no money when a charge is re-driven whose refund is parked, too', async () => {
  const { api, provider, cloud } = store();
  const cases = new ParkedCases(cloud, cloud.outputs);
  const article = await store().newArticle();
  const key = randomUUID();
  const orderId = store().orderIdFor(key);
  await provider.fail('*', orderId);
  await api.placed(orderOf(article), key);
  await api.orderWith(orderId, 'PARKED');
  const ofOrder = (await cases.open()).filter(({ subject }) => subject === `order/${orderId}`);
  const [charge, refund] = ['message', 'compensation'].map((kind) => ofOrder.find((one) => one.kind === kind));
  if (charge === undefined || refund === undefined) throw new Error('expected a parked charge and a parked refund');
  expect(refund.reason).toBe('RefundGivenUp');

  await provider.mend('*', orderId);
  await cases.redrive(charge.caseId);
  expect(await provider.effectsOf(orderId)).toEqual([]);
  await cases.redrive(refund.caseId);
  await api.orderWith(orderId, 'REJECTED', ['refund done']);

  expect(await provider.effectsOf(orderId)).toEqual(['void']);
  expect(await store().stockOf(article)).toEqual({ available: 10, reserved: 0 });
});
