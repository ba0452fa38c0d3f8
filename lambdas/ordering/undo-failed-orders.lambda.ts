import { setTimeout } from 'node:timers/promises';
import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { stepFunctions } from '../shared/step-functions-client';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { orderingGate, orderStore } from './dynamodb-order-stores.adapter';
import { DynamoDbWorkedOnOrders } from './dynamodb-worked-on-orders.adapter';
import { StepFunctionsOrderSagas } from './step-functions-order-sagas.adapter';
import { StepFunctionsSagaExecutions } from './step-functions-saga-executions.adapter';
import { type UndoneOrders, undoFailedOrdersEnv, undoFailedOrdersRequest } from './undo-failed-orders.contract';
import { undoFailedOrders } from './undo-failed-orders.use-case';

const PAUSE_MS = 1_000;

const env = readEnv(undoFailedOrdersEnv);
const gate = orderingGate(dynamoDb(), env);
const undo = undoFailedOrders({
  region: env.AWS_REGION,
  gate,
  orders: orderStore(dynamoDb(), env, gate),
  workedOn: new DynamoDbWorkedOnOrders(dynamoDb(), env.ORDERS_TABLE),
  sagas: new StepFunctionsOrderSagas(stepFunctions(), env.ORDER_SAGA_ARN),
  executions: new StepFunctionsSagaExecutions(stepFunctions(), env.ORDER_SAGA_ARN),
  pause: () => setTimeout(PAUSE_MS),
  clock,
  log: logger(),
});

export const handler = async (event: unknown): Promise<UndoneOrders> => {
  const request = undoFailedOrdersRequest.parse(event);
  const answer = await undo(request);
  logger().info('failed orders of an evacuated region undone', { request, answer });
  return answer;
};
