import { dynamoDb } from '../shared/dynamodb-client';
import { readEnv } from '../shared/read-env';
import { sagaStep } from '../shared/saga-step';
import { systemClock } from '../shared/system-clock.adapter';
import { confirmOrderEnv, orderToConfirm } from './confirm-order.contract';
import { confirmOrder } from './confirm-order.use-case';
import { orderingGate, orderStore } from './dynamodb-order-stores.adapter';

const env = readEnv(confirmOrderEnv);
const gate = orderingGate(dynamoDb(), env);

export const handler = sagaStep(
  orderToConfirm,
  confirmOrder({ orders: orderStore(dynamoDb(), env, gate), clock: systemClock }),
  { gate },
);
