import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { stepFunctions } from '../shared/step-functions-client';
import { systemClock } from '../shared/system-clock.adapter';
import { DynamoDbOrderCases } from './dynamodb-order-cases.adapter';
import { orderStore } from './dynamodb-order-stores.adapter';
import { executionStatusChange, recoverFailedSagaEnv } from './recover-failed-saga.contract';
import { recoverFailedSaga } from './recover-failed-saga.use-case';
import { StepFunctionsOrderSagas } from './step-functions-order-sagas.adapter';

const env = readEnv(recoverFailedSagaEnv);
const recover = recoverFailedSaga({
  orders: orderStore(dynamoDb(), env),
  cases: new DynamoDbOrderCases(dynamoDb(), env.ORDERS_TABLE),
  sagas: new StepFunctionsOrderSagas(stepFunctions(), env.ORDER_SAGA_ARN),
  clock: systemClock,
  redriveFunction: env.REDRIVE_FUNCTION,
});

export const handler = async (event: unknown): Promise<void> => {
  const { detail } = executionStatusChange.parse(event);
  const recovery = await recover(detail);
  logger().warn('execution failed', { execution: detail.name, status: detail.status, ...recovery });
};
