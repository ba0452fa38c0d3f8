import { Metrics } from '@aws-lambda-powertools/metrics';
import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { checkCompletenessEnv, completenessCheck } from './check-completeness.contract';
import { checkCompleteness } from './check-completeness.use-case';
import { CloudWatchGatewayRequests, cloudWatchLogs } from './cloudwatch-gateway-requests.adapter';
import { DynamoDbComparedMinutes } from './dynamodb-compared-minutes.adapter';
import { DynamoDbRecordedRequests } from './dynamodb-recorded-requests.adapter';
import { PowertoolsCompletenessReport } from './powertools-completeness-report.adapter';
import { watchMetrics } from './watch-metrics.contract';

const env = readEnv(checkCompletenessEnv);
const place = { tableName: env.AUDIT_TABLE, region: env.AWS_REGION, clock };
const log = logger();
const check = checkCompleteness({
  gateway: new CloudWatchGatewayRequests(cloudWatchLogs(), { logGroupName: env.ACCESS_LOG_GROUP, log }),
  recorded: new DynamoDbRecordedRequests(dynamoDb(), place),
  minutes: new DynamoDbComparedMinutes(dynamoDb(), place),
  report: new PowertoolsCompletenessReport(new Metrics({ namespace: watchMetrics.namespace }), log),
  clock,
  auditedRoutes: env.AUDITED_ROUTES,
});

export const handler = (event: unknown) => check(completenessCheck.parse(event));
