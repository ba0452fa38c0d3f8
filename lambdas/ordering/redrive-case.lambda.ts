import { answerDiscard, type DiscardResult, isDiscardCall } from '../shared/discard';
import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { stepFunctions } from '../shared/step-functions-client';
import { systemClock } from '../shared/system-clock.adapter';
import { DynamoDbOrderCases } from './dynamodb-order-cases.adapter';
import { orderingGate, orderStore } from './dynamodb-order-stores.adapter';
import { redriveCaseEnv, redriveRequest } from './redrive-case.contract';
import { type RedriveOutcome, redriveCase } from './redrive-case.use-case';
import { refuseDiscard } from './refuse-discard.use-case';
import { StepFunctionsOrderSagas } from './step-functions-order-sagas.adapter';

const env = readEnv(redriveCaseEnv);
const gate = orderingGate(dynamoDb(), env);
const cases = new DynamoDbOrderCases(dynamoDb(), env.ORDERS_TABLE, gate);
const redrive = redriveCase({
  orders: orderStore(dynamoDb(), env, gate),
  cases,
  // The case tells which saga: the saga names this function in its cases, so neither can be told the other beforehand.
  sagasOf: (stateMachineArn) => new StepFunctionsOrderSagas(stepFunctions(), stateMachineArn),
  clock: systemClock,
});
const discard = refuseDiscard({ cases });

export const handler = async (event: unknown): Promise<RedriveOutcome | DiscardResult> => {
  if (isDiscardCall(event)) return answerDiscard(event, discard);
  const outcome = await redrive(redriveRequest.parse(event));
  logger().info('case re-driven', { ...outcome });
  return outcome;
};
