import { dynamoDb } from '../shared/dynamodb-client';
import { readEnv } from '../shared/read-env';
import { sagaStep } from '../shared/saga-step';
import { systemClock } from '../shared/system-clock.adapter';
import { closeOrderEnv, compensationEnd } from './close-order.contract';
import { closeOrder } from './close-order.use-case';
import { orderingGate, orderStore } from './dynamodb-order-stores.adapter';

const env = readEnv(closeOrderEnv);
const gate = orderingGate(dynamoDb(), env);

export const handler = sagaStep(
  compensationEnd,
  closeOrder({ orders: orderStore(dynamoDb(), env, gate), clock: systemClock }),
  { gate },
);
