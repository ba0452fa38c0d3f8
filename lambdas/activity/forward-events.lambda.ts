import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbParking } from '../shared/dynamodb-parking.adapter';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { DynamoDbTries } from '../shared/dynamodb-tries.adapter';
import { fifoConsumer } from '../shared/fifo-consumer';
import { kinesis } from '../shared/kinesis-client';
import { KinesisEventLog } from '../shared/kinesis-event-log.adapter';
import { onRawEvent } from '../shared/on-raw-event';
import { readEnv } from '../shared/read-env';
import { sqs } from '../shared/sqs-client';
import { SqsMessageVisibility } from '../shared/sqs-message-visibility.adapter';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { systemJitter as jitter } from '../shared/system-jitter.adapter';
import { systemTimer as timer } from '../shared/system-timer.adapter';
import { forwardEvent } from './forward-event.use-case';
import { forwardEventsEnv, forwardedTypes } from './forward-events.contract';

const env = readEnv(forwardEventsEnv);
const { CONSUMER: consumer, ACTIVITY_TABLE: tableName, ATTEMPTS: attempts, AWS_REGION: region } = env;
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const place = { tableName, context: 'activity', consumer, region, clock, gate };
const logTo = (streamArn: string) => new KinesisEventLog(kinesis(), { streamArn, timer, jitter });
const toActivity = forwardEvent({ log: logTo(env.ACTIVITY_STREAM_ARN) });
const toStockMovements = forwardEvent({ log: logTo(env.STOCK_MOVEMENTS_STREAM_ARN) });

export const handler = fifoConsumer({
  consumer,
  accepts: [
    ...forwardedTypes.activity.map((type) => onRawEvent(type, toActivity)),
    ...forwardedTypes.stockMovements.map((type) => onRawEvent(type, toStockMovements)),
  ],
  parking: new DynamoDbParking(dynamoDb(), place),
  visibility: new SqsMessageVisibility(sqs(), env.QUEUE_URL),
  tries: new DynamoDbTries(dynamoDb(), place),
  gate,
  attempts,
});
