import { connectionSecret } from '../shared/connection-secret';
import { deployedSubjectKeys } from '../shared/deployed-subject-keys.adapter';
import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbEntityStore } from '../shared/dynamodb-entity-store.adapter';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { HttpProviderClient } from '../shared/http-provider-client';
import { readEnv } from '../shared/read-env';
import { sagaStep } from '../shared/saga-step';
import { secretsManager } from '../shared/secrets-manager-client';
import { fieldOpener } from '../shared/subject-seals';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { bookShipmentData, bookShipmentEnv } from './book-shipment.contract';
import { bookShipment } from './book-shipment.use-case';
import { HttpCarrier } from './http-carrier.adapter';
import type { Shipment } from './shipment';

const env = readEnv(bookShipmentEnv);
const { SHIPPING_TABLE: tableName, AWS_REGION: region } = env;
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const shipments = new DynamoDbEntityStore<Shipment>(dynamoDb(), {
  tableName,
  kind: 'shipment',
  context: 'shipping',
  region,
  clock,
  gate,
});
const connection = connectionSecret({ secrets: secretsManager(), secretArn: env.CARRIER_SECRET_ARN, clock });
const timeoutMilliseconds = env.CARRIER_TIMEOUT_MILLISECONDS;
const carrier = new HttpCarrier(new HttpProviderClient({ connection, timeoutMilliseconds }));

const open = fieldOpener({ keys: deployedSubjectKeys(env) });

export const handler = sagaStep(bookShipmentData, bookShipment({ shipments, carrier, open, clock }), { gate });
