import { dynamoDb } from '../shared/dynamodb-client';
import { readEnv } from '../shared/read-env';
import { sagaStep } from '../shared/saga-step';
import { systemClock } from '../shared/system-clock.adapter';
import { DynamoDbOrderCases } from './dynamodb-order-cases.adapter';
import { orderingGate, orderStore } from './dynamodb-order-stores.adapter';
import { parkCaseEnv, stepGivenUp } from './park-case.contract';
import { parkCase } from './park-case.use-case';

const env = readEnv(parkCaseEnv);
const gate = orderingGate(dynamoDb(), env);
const cases = new DynamoDbOrderCases(dynamoDb(), env.ORDERS_TABLE, gate);

export const handler = sagaStep(
  stepGivenUp,
  parkCase({
    orders: orderStore(dynamoDb(), env, gate),
    cases,
    clock: systemClock,
    redriveFunction: env.REDRIVE_FUNCTION,
  }),
  { gate },
);
