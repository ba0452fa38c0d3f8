import { orderPlacedV1 } from '../../contracts/avro/events';
import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbParking } from '../shared/dynamodb-parking.adapter';
import { DynamoDbTries } from '../shared/dynamodb-tries.adapter';
import { fifoConsumer } from '../shared/fifo-consumer';
import { onEvent } from '../shared/on-event';
import { readEnv } from '../shared/read-env';
import { sqs } from '../shared/sqs-client';
import { SqsMessageVisibility } from '../shared/sqs-message-visibility.adapter';
import { stepFunctions } from '../shared/step-functions-client';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { orderingGate, orderStore, timelineStore } from './dynamodb-order-stores.adapter';
import { startOrderSagaEnv } from './start-order-saga.contract';
import { startOrderSaga } from './start-order-saga.use-case';
import { StepFunctionsOrderSagas } from './step-functions-order-sagas.adapter';

const env = readEnv(startOrderSagaEnv);
const gate = orderingGate(dynamoDb(), env);
const { CONSUMER: consumer, ORDERS_TABLE: tableName, ATTEMPTS: attempts, AWS_REGION: region } = env;
const orders = orderStore(dynamoDb(), env, gate);
const timelines = timelineStore(dynamoDb(), env, gate);
const sagas = new StepFunctionsOrderSagas(stepFunctions(), env.ORDER_SAGA_ARN);

export const handler = fifoConsumer({
  consumer,
  accepts: [onEvent(orderPlacedV1, startOrderSaga({ orders, timelines, sagas }))],
  parking: new DynamoDbParking(dynamoDb(), { tableName, context: 'ordering', consumer, region, clock, gate }),
  visibility: new SqsMessageVisibility(sqs(), env.QUEUE_URL),
  tries: new DynamoDbTries(dynamoDb(), { tableName, consumer, clock }),
  gate,
  attempts,
});
