import { apiRoute } from '../shared/api-route';
import { dynamoDb } from '../shared/dynamodb-client';
import { auditTrail } from '../shared/kinesis-audit-trail.adapter';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { DynamoDbCustomerTimelines } from './dynamodb-customer-timelines.adapter';
import { readActivityEnv, readActivityRoute } from './read-activity.contract';
import { readActivity } from './read-activity.use-case';

const env = readEnv(readActivityEnv);
const { AWS_REGION: region, ACTIVITY_TABLE: tableName, TIMELINE_CONSUMER: consumer } = env;
const timelines = new DynamoDbCustomerTimelines(dynamoDb(), { tableName, consumer, region, clock });
const read = readActivity({ timelines });

export const handler = apiRoute(
  readActivityRoute,
  async ({ path: { customerId } }) => ({ status: 200, body: await read(customerId) }),
  { recording: { trail: auditTrail(env), clock, region } },
);
