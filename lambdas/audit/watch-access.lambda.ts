import { Metrics } from '@aws-lambda-powertools/metrics';
import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { shardConsumer } from '../shared/shard-consumer';
import { sns } from '../shared/sns-client';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { DynamoDbAccessHistories } from './dynamodb-access-histories.adapter';
import { DynamoDbFindingDesk } from './dynamodb-finding-desk.adapter';
import { DynamoDbRecordedRequests } from './dynamodb-recorded-requests.adapter';
import { PowertoolsWatchReport } from './powertools-watch-report.adapter';
import { watchAccessEnv } from './watch-access.contract';
import { watchAccess } from './watch-access.use-case';
import { watchMetrics } from './watch-metrics.contract';

const { AWS_REGION: region, AUDIT_TABLE: tableName, FINDINGS_TOPIC_ARN: topicArn } = readEnv(watchAccessEnv);
const place = { tableName, region, clock };
const metrics = new Metrics({ namespace: watchMetrics.namespace });

export const handler = shardConsumer(
  watchAccess({
    histories: new DynamoDbAccessHistories(dynamoDb(), place),
    desk: new DynamoDbFindingDesk(dynamoDb(), { ...place, topicArn, sns: sns() }),
    requests: new DynamoDbRecordedRequests(dynamoDb(), place),
    report: new PowertoolsWatchReport(metrics, logger()),
    region,
  }),
);
