import { dynamoDb } from './dynamodb-client';
import { beatInto } from './dynamodb-heartbeat.adapter';
import { DynamoDbLeftRows } from './dynamodb-left-rows.adapter';
import { DynamoDbOutboxRows } from './dynamodb-outbox-rows.adapter';
import { DynamoDbParking } from './dynamodb-parking.adapter';
import { DynamoDbRegionGate } from './dynamodb-region-gate.adapter';
import { logger } from './logger';
import { metrics } from './metrics';
import { PowertoolsRelayReport } from './powertools-relay-report.adapter';
import { readEnv } from './read-env';
import {
  type heartbeatRequest,
  relayOutboxEnv,
  type TakenOver,
  type TakeOverRequest,
  takeOverRequest,
} from './relay-outbox.contract';
import { relayOutbox } from './relay-outbox.use-case';
import { republishRow } from './republish-row.use-case';
import { sns } from './sns-client';
import { SnsTopic } from './sns-topic.adapter';
import { type StreamConsumerHandler, streamConsumer } from './stream-consumer';
import { systemClock as clock } from './system-clock.adapter';
import { takeOverRows } from './take-over-rows.use-case';

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

const takeOver = takeOverRows({ ...deps, left: new DynamoDbLeftRows(dynamoDb(), tableName) });

/** A take-over begins no further page when less than this is left of the invocation, in milliseconds. */
const TAKE_OVER_RESERVE_MS = 15_000;

type Invocation = Parameters<StreamConsumerHandler>[1];

const answerTakeOver = async (event: TakeOverRequest, invocation: Invocation): Promise<TakenOver> => {
  const request = takeOverRequest.parse(event);
  const hasTime = () => invocation.getRemainingTimeInMillis() > TAKE_OVER_RESERVE_MS;
  const answer = await takeOver(request, { redriveFunction: invocation.invokedFunctionArn, hasTime });
  logger().info('rows of an evacuated region taken over', { ...request.takeOver, answer });
  return answer;
};

/** Handles a batch of the stream or a redrive, takes over from an evacuated region, or writes a heartbeat when the schedule asks for one. */
export const handler = async (
  event: Parameters<StreamConsumerHandler>[0] | TakeOverRequest | typeof heartbeatRequest,
  invocation: Invocation,
): Promise<Awaited<ReturnType<StreamConsumerHandler>> | TakenOver | undefined> => {
  if ('heartbeat' in event) {
    await beat();
    return undefined;
  }
  try {
    return await ('takeOver' in event ? answerTakeOver(event, invocation) : consume(event, invocation));
  } finally {
    metrics().publishStoredMetrics();
  }
};
