import { apiRoute } from '../shared/api-route';
import { dynamoDb } from '../shared/dynamodb-client';
import { auditTrail } from '../shared/kinesis-audit-trail.adapter';
import { readEnv } from '../shared/read-env';
import { systemClock } from '../shared/system-clock.adapter';
import { orderingGate, orderStore, timelineStore } from './dynamodb-order-stores.adapter';
import { apiCaller } from './order-route.contract';
import { readOrderEnv, readOrderRoute } from './read-order.contract';
import { readOrder } from './read-order.use-case';
import { readOrderAnswer } from './read-order-answer';

const env = readEnv(readOrderEnv);
const gate = orderingGate(dynamoDb(), env);
const read = readOrder({
  orders: orderStore(dynamoDb(), env, gate),
  timelines: timelineStore(dynamoDb(), env, gate),
  gate,
  region: env.AWS_REGION,
});

export const handler = apiRoute(
  readOrderRoute,
  async ({ path: { orderId }, caller }) =>
    readOrderAnswer(await read({ orderId, clientId: apiCaller.parse(caller).clientId })),
  { recording: { trail: auditTrail(env), clock: systemClock, region: env.AWS_REGION } },
);
