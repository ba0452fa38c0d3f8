import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { stepFunctions } from '../shared/step-functions-client';
import { systemClock } from '../shared/system-clock.adapter';
import { DynamoDbOrderCases } from './dynamodb-order-cases.adapter';
import { orderingGate, orderStore, timelineStore } from './dynamodb-order-stores.adapter';
import { DynamoDbUnfinishedOrders } from './dynamodb-unfinished-orders.adapter';
import { recoverFailedSagaEnv, recoveryRequest } from './recover-failed-saga.contract';
import { recoverFailedSaga } from './recover-failed-saga.use-case';
import { startUnstartedSagas } from './start-unstarted-sagas.use-case';
import { StepFunctionsFailedExecutions } from './step-functions-failed-executions.adapter';
import { StepFunctionsOrderSagas } from './step-functions-order-sagas.adapter';
import { sweepFailedSagas } from './sweep-failed-sagas.use-case';

const env = readEnv(recoverFailedSagaEnv);
const gate = orderingGate(dynamoDb(), env);
const orders = orderStore(dynamoDb(), env, gate);
const sagas = new StepFunctionsOrderSagas(stepFunctions(), env.ORDER_SAGA_ARN);
const recover = recoverFailedSaga({
  orders,
  cases: new DynamoDbOrderCases(dynamoDb(), env.ORDERS_TABLE, gate),
  sagas,
  clock: systemClock,
  redriveFunction: env.REDRIVE_FUNCTION,
});

const sweep = sweepFailedSagas({
  executions: new StepFunctionsFailedExecutions(stepFunctions(), env.ORDER_SAGA_ARN),
  recover,
  clock: systemClock,
  log: logger(),
});

const startUnstarted = startUnstartedSagas({
  unfinished: new DynamoDbUnfinishedOrders(dynamoDb(), env.ORDERS_TABLE),
  orders,
  timelines: timelineStore(dynamoDb(), env, gate),
  sagas,
  clock: systemClock,
  log: logger(),
});

export const handler = async (event: unknown): Promise<void> => {
  const request = recoveryRequest.parse(event);
  if (request['detail-type'] === 'Scheduled Event') {
    // Neither keeps the other from its orders: both are over before the first failure is told.
    const [failed, unstarted] = await Promise.allSettled([sweep(), startUnstarted()]);
    logger().info('unfinished orders swept', { failed, unstarted });
    for (const swept of [failed, unstarted]) if (swept.status === 'rejected') throw swept.reason;
    return;
  }
  const { detail } = request;
  const recovery = await recover(detail);
  logger().warn('execution failed', { execution: detail.name, status: detail.status, recovery });
};
