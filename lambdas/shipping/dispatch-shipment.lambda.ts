import { orderConfirmedV1 } from '../../contracts/avro/events';
import { connectionSecret } from '../shared/connection-secret';
import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbEntityStore } from '../shared/dynamodb-entity-store.adapter';
import { DynamoDbParking } from '../shared/dynamodb-parking.adapter';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { DynamoDbTries } from '../shared/dynamodb-tries.adapter';
import { fifoConsumer } from '../shared/fifo-consumer';
import { HttpProviderClient } from '../shared/http-provider-client';
import { onEvent } from '../shared/on-event';
import { readEnv } from '../shared/read-env';
import { secretsManager } from '../shared/secrets-manager-client';
import { sqs } from '../shared/sqs-client';
import { SqsMessageVisibility } from '../shared/sqs-message-visibility.adapter';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { dispatchShipmentEnv } from './dispatch-shipment.contract';
import { dispatchShipment } from './dispatch-shipment.use-case';
import { HttpCarrier } from './http-carrier.adapter';
import type { Shipment } from './shipment';

const env = readEnv(dispatchShipmentEnv);
const { CONSUMER: consumer, SHIPPING_TABLE: tableName, ATTEMPTS: attempts, AWS_REGION: region } = env;
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const place = { tableName, context: 'shipping', consumer, region, clock, gate };
const inboxRetentionSeconds = env.INBOX_RETENTION_SECONDS;
const shipments = new DynamoDbEntityStore<Shipment>(dynamoDb(), {
  ...place,
  kind: 'shipment',
  inboxRetentionSeconds,
});
const connection = connectionSecret({ secrets: secretsManager(), secretArn: env.CARRIER_SECRET_ARN, clock });
const timeoutMilliseconds = env.CARRIER_TIMEOUT_MILLISECONDS;
const carrier = new HttpCarrier(new HttpProviderClient({ connection, timeoutMilliseconds }));

export const handler = fifoConsumer({
  consumer,
  accepts: [onEvent(orderConfirmedV1, dispatchShipment({ shipments, carrier, clock }))],
  parking: new DynamoDbParking(dynamoDb(), place),
  visibility: new SqsMessageVisibility(sqs(), env.QUEUE_URL),
  tries: new DynamoDbTries(dynamoDb(), place),
  gate,
  attempts,
});
