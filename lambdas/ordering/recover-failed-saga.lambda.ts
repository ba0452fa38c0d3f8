import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { stepFunctions } from '../shared/step-functions-client';
import { systemClock } from '../shared/system-clock.adapter';
import { DynamoDbOrderCases } from './dynamodb-order-cases.adapter';
import { orderingGate, orderStore } from './dynamodb-order-stores.adapter';
import { recoverFailedSagaEnv, recoveryRequest } from './recover-failed-saga.contract';
import { recoverFailedSaga } from './recover-failed-saga.use-case';
import { StepFunctionsFailedExecutions } from './step-functions-failed-executions.adapter';
import { StepFunctionsOrderSagas } from './step-functions-order-sagas.adapter';
import { sweepFailedSagas } from './sweep-failed-sagas.use-case';

const env = readEnv(recoverFailedSagaEnv);
const gate = orderingGate(dynamoDb(), env);
const recover = recoverFailedSaga({
  orders: orderStore(dynamoDb(), env, gate),
  cases: new DynamoDbOrderCases(dynamoDb(), env.ORDERS_TABLE, gate),
  sagas: new StepFunctionsOrderSagas(stepFunctions(), env.ORDER_SAGA_ARN),
  clock: systemClock,
  redriveFunction: env.REDRIVE_FUNCTION,
});

const sweep = sweepFailedSagas({
  executions: new StepFunctionsFailedExecutions(stepFunctions(), env.ORDER_SAGA_ARN),
  recover,
  clock: systemClock,
  log: logger(),
});

export const handler = async (event: unknown): Promise<void> => {
  const request = recoveryRequest.parse(event);
  if (request['detail-type'] === 'Scheduled Event') {
    logger().info('failed executions swept', { ...(await sweep()) });
    return;
  }
  const { detail } = request;
  const recovery = await recover(detail);
  logger().warn('execution failed', { execution: detail.name, status: detail.status, recovery });
};
