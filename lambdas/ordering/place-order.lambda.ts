import { apiRoute } from '../shared/api-route';
import { dynamoDb } from '../shared/dynamodb-client';
import { auditTrail } from '../shared/kinesis-audit-trail.adapter';
import { logger } from '../shared/logger';
import { appConfigFlags } from '../shared/openfeature-flags.adapter';
import { readEnv } from '../shared/read-env';
import { systemClock } from '../shared/system-clock.adapter';
import { orderingGate, orderStore } from './dynamodb-order-stores.adapter';
import { DynamoDbPriceList } from './dynamodb-price-list.adapter';
import { apiCaller } from './order-route.contract';
import { placeOrderEnv, placeOrderRoute } from './place-order.contract';
import { placeOrder } from './place-order.use-case';
import { placeOrderAnswer } from './place-order-answer';

const env = readEnv(placeOrderEnv);
const gate = orderingGate(dynamoDb(), env);
const prices = new DynamoDbPriceList(dynamoDb(), env.ORDERS_TABLE);
const flags = appConfigFlags(env, { clock: systemClock, log: logger() });
const place = placeOrder({ orders: orderStore(dynamoDb(), env, gate), prices, flags, clock: systemClock });

export const handler = apiRoute(
  placeOrderRoute,
  async ({ body, headers, caller, requestId, traceparent }) => {
    const { clientId } = apiCaller.parse(caller);
    const idempotencyKey = headers['idempotency-key'];
    return placeOrderAnswer(await place({ clientId, idempotencyKey, requestId, traceparent, body }));
  },
  { writes: gate, recording: { trail: auditTrail(env), clock: systemClock, region: env.AWS_REGION } },
);
