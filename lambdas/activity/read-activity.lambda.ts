import { apiRoute } from '../shared/api-route';
import { deployedSubjectKeys } from '../shared/deployed-subject-keys.adapter';
import { dynamoDb } from '../shared/dynamodb-client';
import { auditTrail } from '../shared/kinesis-audit-trail.adapter';
import { readEnv } from '../shared/read-env';
import { customerOpener } from '../shared/subject-seals';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { DynamoDbCustomerTimelines } from './dynamodb-customer-timelines.adapter';
import { readActivityEnv, readActivityRoute } from './read-activity.contract';
import { readActivity } from './read-activity.use-case';
import { readActivityAnswer } from './read-activity-answer';

const env = readEnv(readActivityEnv);
const { AWS_REGION: region, ACTIVITY_TABLE: tableName, TIMELINE_CONSUMER: consumer } = env;
const timelines = new DynamoDbCustomerTimelines(dynamoDb(), { tableName, consumer, region, clock });
const keys = deployedSubjectKeys(env);
const read = readActivity({ timelines, openerOf: customerOpener({ keys }) });

export const handler = apiRoute(
  readActivityRoute,
  async ({ path: { customerId }, query: { after } }) => readActivityAnswer(await read(customerId, after)),
  { recording: { trail: auditTrail(env), clock, region, tokenOf: keys.tokenOf } },
);
