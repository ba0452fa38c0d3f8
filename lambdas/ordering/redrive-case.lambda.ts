import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { stepFunctions } from '../shared/step-functions-client';
import { systemClock } from '../shared/system-clock.adapter';
import { DynamoDbOrderCases } from './dynamodb-order-cases.adapter';
import { orderingGate, orderStore } from './dynamodb-order-stores.adapter';
import { redriveCaseEnv, redriveRequest } from './redrive-case.contract';
import { type RedriveOutcome, redriveCase } from './redrive-case.use-case';
import { StepFunctionsOrderSagas } from './step-functions-order-sagas.adapter';

const env = readEnv(redriveCaseEnv);
const gate = orderingGate(dynamoDb(), env);
const redrive = redriveCase({
  orders: orderStore(dynamoDb(), env, gate),
  cases: new DynamoDbOrderCases(dynamoDb(), env.ORDERS_TABLE, gate),
  // The case tells which saga: the saga names this function in its cases, so neither can be told the other beforehand.
  sagasOf: (stateMachineArn) => new StepFunctionsOrderSagas(stepFunctions(), stateMachineArn),
  clock: systemClock,
});

export const handler = async (event: unknown): Promise<RedriveOutcome> => {
  const outcome = await redrive(redriveRequest.parse(event).redriveCase);
  logger().info('case re-driven', { ...outcome });
  return outcome;
};
