import { dynamoDb } from './dynamodb-client';
import { beatInto } from './dynamodb-heartbeat.adapter';
import { DynamoDbOutboxRows } from './dynamodb-outbox-rows.adapter';
import { DynamoDbParking } from './dynamodb-parking.adapter';
import { DynamoDbRegionGate } from './dynamodb-region-gate.adapter';
import { logger } from './logger';
import { metrics } from './metrics';
import { PowertoolsRelayReport } from './powertools-relay-report.adapter';
import { readEnv } from './read-env';
import { type heartbeatRequest, relayOutboxEnv } from './relay-outbox.contract';
import { relayOutbox } from './relay-outbox.use-case';
import { republishRow } from './republish-row.use-case';
import { sns } from './sns-client';
import { SnsTopic } from './sns-topic.adapter';
import { type StreamConsumerHandler, streamConsumer } from './stream-consumer';
import { systemClock as clock } from './system-clock.adapter';

const { AWS_REGION: region, CONTEXT: context, TABLE_NAME: tableName, TOPIC_ARN } = readEnv(relayOutboxEnv);
const consumer = 'relay-outbox';
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const parking = new DynamoDbParking(dynamoDb(), { tableName, context, consumer, region, clock, gate });
const rows = new DynamoDbOutboxRows(dynamoDb(), { tableName, clock, gate });
const topic = new SnsTopic(sns(), TOPIC_ARN);
const report = new PowertoolsRelayReport(metrics(), logger());
const deps = { topic, parking, rows, clock, report, region, gate };
const consume = streamConsumer({ consumer, handle: relayOutbox(deps), handleAgain: republishRow(deps), parking });

const beat = beatInto(dynamoDb(), { tableName, region, clock });

/** Handles a batch of the stream or a redrive, or writes a heartbeat when the schedule asks for one. */
export const handler = async (
  event: Parameters<StreamConsumerHandler>[0] | typeof heartbeatRequest,
  invocation: Parameters<StreamConsumerHandler>[1],
): Promise<Awaited<ReturnType<StreamConsumerHandler>> | undefined> => {
  if ('heartbeat' in event) {
    await beat();
    return undefined;
  }
  try {
    return await consume(event, invocation);
  } finally {
    metrics().publishStoredMetrics();
  }
};
