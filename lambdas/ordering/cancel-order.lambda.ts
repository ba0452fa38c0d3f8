import { apiRoute } from '../shared/api-route';
import { dynamoDb } from '../shared/dynamodb-client';
import { readEnv } from '../shared/read-env';
import { systemClock } from '../shared/system-clock.adapter';
import { cancelledOrder, cancelOrderEnv } from './cancel-order.contract';
import { cancelOrder } from './cancel-order.use-case';
import { cancelOrderAnswer } from './cancel-order-answer';
import { orderingGate, orderStore } from './dynamodb-order-stores.adapter';
import { apiCaller, orderPath } from './order-route.contract';

const env = readEnv(cancelOrderEnv);
const gate = orderingGate(dynamoDb(), env);
const cancel = cancelOrder({ orders: orderStore(dynamoDb(), env, gate), clock: systemClock });

export const handler = apiRoute(
  { path: orderPath, success: cancelledOrder },
  async ({ path: { orderId }, caller, requestId }) =>
    cancelOrderAnswer(await cancel({ orderId, requestId, clientId: apiCaller.parse(caller).clientId })),
  { writes: gate },
);
