import { orderConfirmedV1 } from '../../contracts/avro/events';
import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbEntityStore } from '../shared/dynamodb-entity-store.adapter';
import { DynamoDbParking } from '../shared/dynamodb-parking.adapter';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { DynamoDbTries } from '../shared/dynamodb-tries.adapter';
import { fifoConsumer } from '../shared/fifo-consumer';
import { onEvent } from '../shared/on-event';
import { readEnv } from '../shared/read-env';
import { sqs } from '../shared/sqs-client';
import { SqsMessageVisibility } from '../shared/sqs-message-visibility.adapter';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { creditPointsEnv } from './credit-points.contract';
import { creditPoints } from './credit-points.use-case';
import { creditsListing } from './credits-listing';
import type { PointsCredit } from './points-credit';

const env = readEnv(creditPointsEnv);
const { CONSUMER: consumer, LOYALTY_TABLE: tableName, ATTEMPTS: attempts, AWS_REGION: region } = env;
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const place = { tableName, context: 'loyalty', consumer, region, clock, gate };
const inboxRetentionSeconds = env.INBOX_RETENTION_SECONDS;
const credits = new DynamoDbEntityStore<PointsCredit>(dynamoDb(), {
  ...place,
  kind: 'credit',
  inboxRetentionSeconds,
  listedAs: creditsListing,
});

export const handler = fifoConsumer({
  consumer,
  accepts: [onEvent(orderConfirmedV1, creditPoints({ credits }))],
  parking: new DynamoDbParking(dynamoDb(), place),
  visibility: new SqsMessageVisibility(sqs(), env.QUEUE_URL),
  tries: new DynamoDbTries(dynamoDb(), place),
  gate,
  attempts,
});
