import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { stepFunctions } from '../shared/step-functions-client';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { type AdoptedOrders, adoptOrdersEnv, adoptOrdersRequest } from './adopt-orders.contract';
import { adoptOrders } from './adopt-orders.use-case';
import { DynamoDbOrderCases } from './dynamodb-order-cases.adapter';
import { orderingGate, orderStore, timelineStore } from './dynamodb-order-stores.adapter';
import { DynamoDbUnfinishedOrders } from './dynamodb-unfinished-orders.adapter';
import { recoverFailedSaga } from './recover-failed-saga.use-case';
import { StepFunctionsOrderSagas } from './step-functions-order-sagas.adapter';
import { StepFunctionsSagaExecutions } from './step-functions-saga-executions.adapter';

const env = readEnv(adoptOrdersEnv);
const gate = orderingGate(dynamoDb(), env);
const orders = orderStore(dynamoDb(), env, gate);
const sagas = new StepFunctionsOrderSagas(stepFunctions(), env.ORDER_SAGA_ARN);
const recover = recoverFailedSaga({
  ...{ orders, sagas, clock, redriveFunction: env.REDRIVE_FUNCTION },
  cases: new DynamoDbOrderCases(dynamoDb(), env.ORDERS_TABLE, gate),
});
const adopt = adoptOrders({
  region: env.AWS_REGION,
  gate,
  orders,
  timelines: timelineStore(dynamoDb(), env, gate),
  unfinished: new DynamoDbUnfinishedOrders(dynamoDb(), env.ORDERS_TABLE),
  sagas,
  executions: new StepFunctionsSagaExecutions(stepFunctions(), env.ORDER_SAGA_ARN),
  recover: (ended) => recover({ ...ended, stateMachineArn: env.ORDER_SAGA_ARN }),
  clock,
  log: logger(),
});

export const handler = async (event: unknown): Promise<AdoptedOrders> => {
  const request = adoptOrdersRequest.parse(event);
  const answer = await adopt(request);
  logger().info('orders of an evacuated region adopted', { request, answer });
  return answer;
};
