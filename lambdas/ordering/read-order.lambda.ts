import { apiRoute } from '../shared/api-route';
import { dynamoDb } from '../shared/dynamodb-client';
import { readEnv } from '../shared/read-env';
import { orderStore, timelineStore } from './dynamodb-order-stores.adapter';
import { apiCaller, orderPath } from './order-route.contract';
import { orderView, readOrderEnv } from './read-order.contract';
import { readOrder } from './read-order.use-case';
import { readOrderAnswer } from './read-order-answer';

const env = readEnv(readOrderEnv);
const read = readOrder({ orders: orderStore(dynamoDb(), env), timelines: timelineStore(dynamoDb(), env) });

export const handler = apiRoute({ path: orderPath, success: orderView }, async ({ path: { orderId }, caller }) =>
  readOrderAnswer(await read({ orderId, clientId: apiCaller.parse(caller).clientId })),
);
