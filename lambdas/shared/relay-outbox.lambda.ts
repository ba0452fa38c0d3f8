import { dynamoDb } from './dynamodb-client';
import { DynamoDbOutboxRows } from './dynamodb-outbox-rows.adapter';
import { DynamoDbParking } from './dynamodb-parking.adapter';
import { DynamoDbRegionGate } from './dynamodb-region-gate.adapter';
import { logger } from './logger';
import { metrics } from './metrics';
import { PowertoolsRelayReport } from './powertools-relay-report.adapter';
import { readEnv } from './read-env';
import { relayOutboxEnv } from './relay-outbox.contract';
import { relayOutbox } from './relay-outbox.use-case';
import { republishRow } from './republish-row.use-case';
import { sns } from './sns-client';
import { SnsTopic } from './sns-topic.adapter';
import { type StreamConsumerHandler, streamConsumer } from './stream-consumer';
import { systemClock as clock } from './system-clock.adapter';

const { AWS_REGION: region, CONTEXT: context, TABLE_NAME: tableName, TOPIC_ARN } = readEnv(relayOutboxEnv);
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const parking = new DynamoDbParking(dynamoDb(), { tableName, context, consumer: 'relay-outbox', clock, gate });
const rows = new DynamoDbOutboxRows(dynamoDb(), { tableName, clock, gate });
const topic = new SnsTopic(sns(), TOPIC_ARN);
const report = new PowertoolsRelayReport(metrics(), logger());
const deps = { topic, parking, rows, clock, report, region, gate };
const consume = streamConsumer({ handle: relayOutbox(deps), handleAgain: republishRow(deps), parking });

export const handler: StreamConsumerHandler = async (event, invocation) => {
  try {
    return await consume(event, invocation);
  } finally {
    metrics().publishStoredMetrics();
  }
};
