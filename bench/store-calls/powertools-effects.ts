import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import type { DeployedSystem } from '../../drills/harness/deployed-system';
import { scanTable } from '../../drills/harness/scan-table';
import { outboxRow, wireEvent } from '../../lambdas/shared/outbox';
import { clientConfig } from '../../local/deployment/aws-clients';
import type { ScratchStore } from '../harness/scratch-store';
import { CallCounter } from './call-counter';
import { chargedEvent, type ExactlyOnce, type PaymentMessage } from './payment-message';

/** The same event as the relay would send. */
const bodyOf = (message: PaymentMessage, region: string): string => {
  const row = outboxRow({
    subject: `payment/${message.orderId}`,
    context: 'payments',
    region,
    sequence: 0,
    events: [chargedEvent(message)],
    cause: { correlationId: message.orderId, causationId: message.id },
    now: new Date(),
    retentionSeconds: 0,
  });
  const [event] = row.events;
  return event === undefined ? '' : wireEvent(row, event);
};

// Powertools asks an invocation only for the time it has left, from which a record in progress gets its expiry.
const invocation = { getRemainingTimeInMillis: () => 30_000 } as Context;

/** The usual way: Powertools' idempotency around a handler that writes, and then sends. */
export const powertoolsEffects = (
  system: DeployedSystem,
  { tableName, topicArn }: ScratchStore,
  records: ScratchStore,
): ExactlyOnce => {
  const place = system.cloud;
  const counter = new CallCounter();
  const client = new DynamoDBClient(clientConfig(place));
  const sns = new SNSClient(clientConfig(place));
  counter.watch(client);
  counter.watch(sns);
  const documents = DynamoDBDocumentClient.from(client);

  const recordAndSend = async (message: PaymentMessage): Promise<string> => {
    const { id, orderId, amountMinor } = message;
    await documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { pk: `payment/${orderId}`, sk: 'ENTITY' },
        UpdateExpression: 'SET amountMinor = :amount ADD effects :one',
        ExpressionAttributeValues: { ':amount': amountMinor, ':one': 1 },
      }),
    );
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Message: bodyOf(message, place.region),
        MessageGroupId: `payment/${orderId}`,
        MessageDeduplicationId: id,
      }),
    );
    return 'CHARGED';
  };
  const config = new IdempotencyConfig({ eventKeyJmesPath: 'id' });
  config.registerLambdaContext(invocation);
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName: records.tableName, awsSdkV3Client: client });
  const once = makeIdempotent(recordAndSend, { persistenceStore, config });

  return {
    counter,
    handle: async (message) => {
      await once(message);
    },
    publish: async () => undefined,
    effects: async () => (await scanTable(system, tableName)).reduce((sum, { effects }) => sum + Number(effects), 0),
  };
};
