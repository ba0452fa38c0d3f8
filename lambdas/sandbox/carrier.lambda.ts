import { setTimeout as pause } from 'node:timers/promises';
import { connectionSecret } from '../shared/connection-secret';
import { dynamoDb } from '../shared/dynamodb-client';
import { readEnv } from '../shared/read-env';
import { secretsManager } from '../shared/secrets-manager-client';
import { systemClock } from '../shared/system-clock.adapter';
import { carrierEnv } from './carrier.contract';
import { carrierService } from './carrier.service';
import { DynamoDbBooks } from './dynamodb-books.adapter';
import { DynamoDbEffectLedger } from './dynamodb-effect-ledger.adapter';
import { DynamoDbFaults } from './dynamodb-faults.adapter';
import type { Parcel } from './parcel';

const { SANDBOX_TABLE: tableName, API_KEY_SECRET_ARN: secretArn } = readEnv(carrierEnv);
const connection = connectionSecret({ secrets: secretsManager(), secretArn, clock: systemClock });
const options = { tableName, service: 'carrier' };
/** The sandbox's carrier as an API Gateway proxy handler. */
export const handler = carrierService({
  books: new DynamoDbBooks<Parcel>(dynamoDb(), options),
  ledger: new DynamoDbEffectLedger(dynamoDb(), options),
  faults: new DynamoDbFaults(dynamoDb(), options),
  clock: systemClock,
  pause: async (milliseconds) => pause(milliseconds),
  apiKey: async () => (await connection()).apiKey,
});
