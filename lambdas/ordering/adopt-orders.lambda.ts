import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { stepFunctions } from '../shared/step-functions-client';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { type AdoptedOrders, adoptOrdersEnv, adoptOrdersRequest } from './adopt-orders.contract';
import { adoptOrders } from './adopt-orders.use-case';
import { orderingGate, orderStore, timelineStore } from './dynamodb-order-stores.adapter';
import { DynamoDbUnfinishedOrders } from './dynamodb-unfinished-orders.adapter';
import { StepFunctionsOrderSagas } from './step-functions-order-sagas.adapter';

const env = readEnv(adoptOrdersEnv);
const gate = orderingGate(dynamoDb(), env);
const adopt = adoptOrders({
  region: env.AWS_REGION,
  gate,
  orders: orderStore(dynamoDb(), env, gate),
  timelines: timelineStore(dynamoDb(), env, gate),
  unfinished: new DynamoDbUnfinishedOrders(dynamoDb(), env.ORDERS_TABLE),
  sagas: new StepFunctionsOrderSagas(stepFunctions(), env.ORDER_SAGA_ARN),
  clock,
  log: logger(),
});

export const handler = async (event: unknown): Promise<AdoptedOrders> => {
  const request = adoptOrdersRequest.parse(event);
  const answer = await adopt(request);
  logger().info('orders of an evacuated region adopted', { request, answer });
  return answer;
};
