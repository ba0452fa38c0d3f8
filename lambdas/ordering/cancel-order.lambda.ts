import type { ApiEvent } from '../shared/api-event';
import { apiRoute } from '../shared/api-route';
import { dynamoDb } from '../shared/dynamodb-client';
import { forwardHome, readForwardable } from '../shared/forward-home';
import { auditTrail } from '../shared/kinesis-audit-trail.adapter';
import { LambdaHomeRegions } from '../shared/lambda-home-regions.adapter';
import { readEnv } from '../shared/read-env';
import { systemClock } from '../shared/system-clock.adapter';
import type { Invocation } from '../shared/version-outcomes';
import { cancelOrderEnv, cancelOrderRoute } from './cancel-order.contract';
import { cancelOrder } from './cancel-order.use-case';
import { cancelOrderAnswer } from './cancel-order-answer';
import { orderingGate, orderStore } from './dynamodb-order-stores.adapter';
import { apiCaller } from './order-route.contract';

const env = readEnv(cancelOrderEnv);
const gate = orderingGate(dynamoDb(), env);
const cancel = cancelOrder({ orders: orderStore(dynamoDb(), env, gate), clock: systemClock });
const homes = new LambdaHomeRegions({ functionName: env.HOME_FUNCTION });

const route = apiRoute(
  cancelOrderRoute,
  async ({ path: { orderId }, caller, requestId }) =>
    cancelOrderAnswer(await cancel({ orderId, requestId, clientId: apiCaller.parse(caller).clientId })),
  {
    writes: gate,
    elsewhere: forwardHome({ homes, region: env.AWS_REGION }),
    recording: { trail: auditTrail(env), clock: systemClock, region: env.AWS_REGION },
  },
);

export const handler = async (event: ApiEvent, invocation: Invocation) => route(readForwardable(event), invocation);
