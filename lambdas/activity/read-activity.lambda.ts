import { apiRoute } from '../shared/api-route';
import { dynamoDb } from '../shared/dynamodb-client';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { DynamoDbCustomerTimelines } from './dynamodb-customer-timelines.adapter';
import { activityPath, activityView, readActivityEnv } from './read-activity.contract';
import { readActivity } from './read-activity.use-case';

const { AWS_REGION: region, ACTIVITY_TABLE: tableName, TIMELINE_CONSUMER: consumer } = readEnv(readActivityEnv);
const timelines = new DynamoDbCustomerTimelines(dynamoDb(), { tableName, consumer, region, clock });
const read = readActivity({ timelines });

export const handler = apiRoute({ path: activityPath, success: activityView }, async ({ path: { customerId } }) => ({
  status: 200,
  body: await read(customerId),
}));
