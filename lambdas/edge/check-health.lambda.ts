import { apiRoute } from '../shared/api-route';
import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { sns } from '../shared/sns-client';
import { systemClock } from '../shared/system-clock.adapter';
import { systemTimer } from '../shared/system-timer.adapter';
import { checkHealthEnv, checkHealthRoute } from './check-health.contract';
import { checkHealth } from './check-health.use-case';
import { checkHealthAnswer } from './check-health-answer';
import { SnsEventTopic } from './sns-event-topic.adapter';

const env = readEnv(checkHealthEnv);
const { AWS_REGION: region, AWS_LAMBDA_FUNCTION_VERSION: version, ENTITY_SCHEMAS: schemas } = env;
const gateOf = (tableName: string) => new DynamoDbRegionGate(dynamoDb(), { region, clock: systemClock, tableName });
const check = checkHealth({
  gates: Object.fromEntries(Object.entries(env.CONTEXT_TABLES).map(([context, table]) => [context, gateOf(table)])),
  topic: new SnsEventTopic(sns(), { topicArn: env.EVENTS_TOPIC_ARN, clock: systemClock }),
  timer: systemTimer,
  log: logger(),
});

export const handler = apiRoute(checkHealthRoute, async () =>
  checkHealthAnswer({ region, version, schemas }, await check()),
);
