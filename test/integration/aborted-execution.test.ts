import { SagaExecutions } from '../../drills/saga/saga-executions';
import { deployedStore, orderOf } from './deployed-store';

const store = deployedStore();

it('compensates an order from outside when somebody stops its execution', async () => {
  const { api, provider, carrier, system } = store();
  const executions = await SagaExecutions.of(system);
  const article = await store().newArticle();
  const { orderId } = await api.placed(orderOf(article, { metadata: { 'fault-ship': 'slow:1:3' } }));

  expect(await executions.stopIn(orderId, 'ship')).toBe(true);
  const order = await api.orderWith(orderId, 'REJECTED', ['charge done', 'refund done', 'release done']);

  expect(await executions.status(orderId)).toBe('ABORTED');
  expect(await executions.status(`${orderId}.c1`)).toBe('SUCCEEDED');
  expect(order.reason).toContain('ABORTED');
  expect(await provider.paidFor(orderId)).toBe(0);
  expect(await carrier.effectsOf(orderId)).not.toContain('dispatch');
  expect(await store().stockOf(article)).toEqual({ available: 10, reserved: 0 });
});
