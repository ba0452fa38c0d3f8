import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbParking } from '../shared/dynamodb-parking.adapter';
import { DynamoDbTries } from '../shared/dynamodb-tries.adapter';
import { fifoConsumer } from '../shared/fifo-consumer';
import { onEvent } from '../shared/on-event';
import { readEnv } from '../shared/read-env';
import { sqs } from '../shared/sqs-client';
import { SqsMessageVisibility } from '../shared/sqs-message-visibility.adapter';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { orderingGate, timelineStore } from './dynamodb-order-stores.adapter';
import { trackedSteps, trackOrderStepsEnv } from './track-order-steps.contract';
import { trackOrderStep } from './track-order-steps.use-case';

const env = readEnv(trackOrderStepsEnv);
const gate = orderingGate(dynamoDb(), env);
const { CONSUMER: consumer, ORDERS_TABLE: tableName, ATTEMPTS: attempts, AWS_REGION: region } = env;
const timelines = timelineStore(dynamoDb(), env, gate);

export const handler = fifoConsumer({
  consumer,
  accepts: trackedSteps.map((tracked) => onEvent(tracked.contract, trackOrderStep({ timelines }, tracked))),
  parking: new DynamoDbParking(dynamoDb(), { tableName, context: 'ordering', consumer, region, clock, gate }),
  visibility: new SqsMessageVisibility(sqs(), env.QUEUE_URL),
  tries: new DynamoDbTries(dynamoDb(), { tableName, consumer, clock }),
  gate,
  attempts,
});
