import { apiRoute } from '../shared/api-route';
import { deployedSubjectKeys } from '../shared/deployed-subject-keys.adapter';
import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { auditTrail } from '../shared/kinesis-audit-trail.adapter';
import { kinesis } from '../shared/kinesis-client';
import { KinesisEventLog } from '../shared/kinesis-event-log.adapter';
import { readEnv } from '../shared/read-env';
import { customerSealer } from '../shared/subject-seals';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { systemJitter as jitter } from '../shared/system-jitter.adapter';
import { systemNonces as nonces } from '../shared/system-nonces.adapter';
import { systemTimer as timer } from '../shared/system-timer.adapter';
import { recordActivityEnv, recordActivityRoute } from './record-activity.contract';
import { recordActivity } from './record-activity.use-case';
import { recordActivityAnswer } from './record-activity-answer';

const env = readEnv(recordActivityEnv);
const { AWS_REGION: region, ACTIVITY_TABLE: tableName, ACTIVITY_STREAM_ARN: streamArn } = env;
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const log = new KinesisEventLog(kinesis(), { streamArn, timer, jitter });
const keys = deployedSubjectKeys(env);
const sealerOf = customerSealer({ keys, region, nonces });
const record = recordActivity({ log, sealerOf, clock, region });

export const handler = apiRoute(
  recordActivityRoute,
  async ({ body, requestId, traceparent }) => {
    const cause = {
      correlationId: body.visitId,
      causationId: requestId,
      ...(traceparent !== undefined && { traceparent }),
    };
    return recordActivityAnswer(await record({ body, cause }));
  },
  { writes: gate, recording: { trail: auditTrail(env), clock, region, tokenOf: keys.tokenOf } },
);
