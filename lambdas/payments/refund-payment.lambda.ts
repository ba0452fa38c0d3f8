import { connectionSecret } from '../shared/connection-secret';
import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbEntityStore } from '../shared/dynamodb-entity-store.adapter';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { HttpProviderClient } from '../shared/http-provider-client';
import { readEnv } from '../shared/read-env';
import { sagaStep } from '../shared/saga-step';
import { secretsManager } from '../shared/secrets-manager-client';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { HttpPaymentProvider } from './http-payment-provider.adapter';
import type { Payment } from './payment';
import { refundPaymentData, refundPaymentEnv } from './refund-payment.contract';
import { refundPayment } from './refund-payment.use-case';

const env = readEnv(refundPaymentEnv);
const { PAYMENTS_TABLE: tableName, AWS_REGION: region } = env;
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const payments = new DynamoDbEntityStore<Payment>(dynamoDb(), {
  tableName,
  kind: 'payment',
  context: 'payments',
  region,
  clock,
  gate,
});
const connection = connectionSecret({ secrets: secretsManager(), secretArn: env.PROVIDER_SECRET_ARN, clock });
const timeoutMilliseconds = env.PROVIDER_TIMEOUT_MILLISECONDS;
const provider = new HttpPaymentProvider(new HttpProviderClient({ connection, timeoutMilliseconds }));

export const handler = sagaStep(refundPaymentData, refundPayment({ payments, provider, clock }), { gate });
