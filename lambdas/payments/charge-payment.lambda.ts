import { connectionSecret } from '../shared/connection-secret';
import { deployedSubjectKeys } from '../shared/deployed-subject-keys.adapter';
import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbEntityStore } from '../shared/dynamodb-entity-store.adapter';
import { DynamoDbParking } from '../shared/dynamodb-parking.adapter';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { DynamoDbTries } from '../shared/dynamodb-tries.adapter';
import { fifoConsumer } from '../shared/fifo-consumer';
import { HttpProviderClient } from '../shared/http-provider-client';
import { onCommand } from '../shared/on-command';
import { readEnv } from '../shared/read-env';
import { secretsManager } from '../shared/secrets-manager-client';
import { sqs } from '../shared/sqs-client';
import { SqsMessageVisibility } from '../shared/sqs-message-visibility.adapter';
import { stepFunctions } from '../shared/step-functions-client';
import { StepFunctionsSagaReplies } from '../shared/step-functions-saga-replies.adapter';
import { fieldOpener } from '../shared/subject-seals';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { chargePaymentCommand, chargePaymentEnv } from './charge-payment.contract';
import { chargePayment } from './charge-payment.use-case';
import { HttpPaymentProvider } from './http-payment-provider.adapter';
import type { Payment } from './payment';
import { replyParked } from './reply-parked.use-case';

const env = readEnv(chargePaymentEnv);
const { CONSUMER: consumer, PAYMENTS_TABLE: tableName, ATTEMPTS: attempts, AWS_REGION: region } = env;
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const place = { tableName, context: 'payments', consumer, region, clock, gate };
const inboxRetentionSeconds = env.INBOX_RETENTION_SECONDS;
const payments = new DynamoDbEntityStore<Payment>(dynamoDb(), {
  ...place,
  kind: 'payment',
  inboxRetentionSeconds,
});
const connection = connectionSecret({ secrets: secretsManager(), secretArn: env.PROVIDER_SECRET_ARN, clock });
const timeoutMilliseconds = env.PROVIDER_TIMEOUT_MILLISECONDS;
const provider = new HttpPaymentProvider(new HttpProviderClient({ connection, timeoutMilliseconds }));
const open = fieldOpener({ keys: deployedSubjectKeys(env) });
const replies = new StepFunctionsSagaReplies(stepFunctions());

export const handler = fifoConsumer({
  consumer,
  accepts: [onCommand(chargePaymentCommand, chargePayment({ payments, provider, open, replies, clock }))],
  parking: new DynamoDbParking(dynamoDb(), place),
  visibility: new SqsMessageVisibility(sqs(), env.QUEUE_URL),
  tries: new DynamoDbTries(dynamoDb(), place),
  gate,
  attempts,
  onParked: replyParked({ replies }),
});
