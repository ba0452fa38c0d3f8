import { apiRoute } from '../shared/api-route';
import { deployedSubjectKeys } from '../shared/deployed-subject-keys.adapter';
import { dynamoDb } from '../shared/dynamodb-client';
import { auditTrail } from '../shared/kinesis-audit-trail.adapter';
import { logger } from '../shared/logger';
import { appConfigFlags } from '../shared/openfeature-flags.adapter';
import { readEnv } from '../shared/read-env';
import { customerSealer, fieldOpener } from '../shared/subject-seals';
import { systemClock } from '../shared/system-clock.adapter';
import { systemNonces } from '../shared/system-nonces.adapter';
import { orderingGate, orderSchemaOf, orderStore } from './dynamodb-order-stores.adapter';
import { DynamoDbPriceList } from './dynamodb-price-list.adapter';
import { apiCaller } from './order-route.contract';
import { placeOrderEnv, placeOrderRoute } from './place-order.contract';
import { placeOrder } from './place-order.use-case';
import { placeOrderAnswer } from './place-order-answer';
import { sealOrder } from './seal-order.use-case';

const env = readEnv(placeOrderEnv);
const gate = orderingGate(dynamoDb(), env);
const prices = new DynamoDbPriceList(dynamoDb(), env.ORDERS_TABLE);
const flags = appConfigFlags(env, { clock: systemClock, log: logger() });
const keys = deployedSubjectKeys(env);
const seal = sealOrder({ sealerOf: customerSealer({ keys, region: env.AWS_REGION, nonces: systemNonces }) });
const place = placeOrder({
  orders: orderStore(dynamoDb(), env, gate),
  ...{ prices, flags, clock: systemClock, open: fieldOpener({ keys }) },
  // Before the cutover other versions of the code are served that read no seals.
  sealed: orderSchemaOf(env).writesNewest ? seal : async (order) => order,
});

export const handler = apiRoute(
  placeOrderRoute,
  async ({ body, headers, caller, requestId, traceparent }) => {
    const { clientId } = apiCaller.parse(caller);
    const idempotencyKey = headers['idempotency-key'];
    return placeOrderAnswer(await place({ clientId, idempotencyKey, requestId, traceparent, body }));
  },
  { writes: gate, recording: { trail: auditTrail(env), clock: systemClock, region: env.AWS_REGION } },
);
