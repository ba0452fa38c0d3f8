import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { sqs } from '../shared/sqs-client';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { awaitSettledEnv, type SettledAnswer, settledRequest } from './await-settled.contract';
import { awaitSettled } from './await-settled.use-case';
import { DynamoDbAdoptedOrders } from './dynamodb-adopted-orders.adapter';
import { SqsConsumerQueues } from './sqs-consumer-queues.adapter';

const env = readEnv(awaitSettledEnv);
const awaitSettledHere = awaitSettled({
  orders: new DynamoDbAdoptedOrders(dynamoDb(), env.ORDERS_TABLE),
  queues: new SqsConsumerQueues(sqs(), env.CONSUMER_QUEUES),
  countSeconds: env.QUEUE_COUNT_SECONDS,
  clock,
});

export const handler = async (event: unknown): Promise<SettledAnswer> => {
  const request = settledRequest.parse(event);
  const answer = await awaitSettledHere(request);
  logger().info('await-settled', { request, answer });
  return answer;
};
