import { randomUUID } from 'node:crypto';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { deliveryAddressOf } from '../../lambdas/ordering/delivery-address';
import { orderStore } from '../../lambdas/ordering/dynamodb-order-stores.adapter';
import type { Order } from '../../lambdas/ordering/order';
import { alwaysActive } from '../../lambdas/shared/always-active-region-gate.adapter';
import { clientConfig } from '../../local/deployment/aws-clients';
import { exampleOrder } from '../../local/orders/three-orders';
import { deployedStore, newCustomer } from './deployed-store';

const store = deployedStore();
const ENTITY_SCHEMAS = { order: { reads: [1, 2], writes: 2 } };

/** Calls a function of ordering as its schedule does: the emulator's schedules never fire. */
const callBySchedule = async (construct: string, event: object): Promise<string | undefined> => {
  const { cloud, system } = store();
  const formation = new CloudFormationClient(clientConfig(cloud));
  const StackName = `${cloud.stackPrefix}-OrderingService`;
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client: formation },
    { StackName },
  )) {
    const found = StackResourceSummaries.find(
      ({ ResourceType, LogicalResourceId = '' }) =>
        ResourceType === 'AWS::Lambda::Function' && LogicalResourceId.startsWith(construct),
    );
    if (found === undefined) continue;
    const FunctionName = `${found.PhysicalResourceId}:live`;
    const answer = await system.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
    return answer.FunctionError && answer.Payload?.transformToString();
  }
  throw new Error(`ordering has no function ${construct}`);
};

it('brings an order to its end whose event nobody has ever heard', async () => {
  const { api, cloud, system, provider } = store();
  const { sku, unitPriceMinor } = await store().newArticle();
  const orderId = randomUUID();
  const { currency, paymentMethod } = exampleOrder;
  const { country } = exampleOrder.shipTo;
  const shipTo = deliveryAddressOf(exampleOrder.shipTo);
  const order: Order = {
    ...{ orderId, currency, paymentMethod, shipTo, country, customerId: newCustomer(), metadata: {} },
    fingerprint: 'none',
    ...{ lines: [{ sku, quantity: 1, unitPriceMinor }], totalMinor: unitPriceMinor },
    ...{ status: 'PENDING', execution: orderId, placedAt: new Date(Date.now() - 20 * 60_000).toISOString() },
    clientId: 'store-front',
  };
  const env = { AWS_REGION: cloud.region, ORDERS_TABLE: system.tableName('ordering'), ENTITY_SCHEMAS };
  const cause = { correlationId: orderId, causationId: 'test' };
  // Committed without its event: as if the relay had never seen it.
  await orderStore(system.documents, env, alwaysActive).commit({
    id: orderId,
    basedOn: undefined,
    state: order,
    events: [],
    cause,
  });

  expect(await callBySchedule('RecoverFailedSaga', { 'detail-type': 'Scheduled Event' })).toBeUndefined();
  await api.orderWith(orderId, 'CONFIRMED', ['charge done', 'ship done']);

  expect(await provider.paidFor(orderId)).toBe(unitPriceMinor);
  const ended = await store().item('ordering', `order/${orderId}`, 'ENTITY');
  expect(ended).not.toHaveProperty('caseStatus');
});

it('lets a relay write its heartbeat, and nothing comes of it but the beat', async () => {
  const { cloud } = store();
  const before = Date.now();

  expect(await callBySchedule('OutboxRelay', { heartbeat: true })).toBeUndefined();

  const beat = await store().item('ordering', `HEARTBEAT#${cloud.region}`, 'HEARTBEAT');
  expect(Date.parse(String(beat?.['beatAt']))).toBeGreaterThanOrEqual(before);
});
