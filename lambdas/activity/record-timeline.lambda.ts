import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbOrderedStore } from '../shared/dynamodb-ordered-store.adapter';
import { DynamoDbParking } from '../shared/dynamodb-parking.adapter';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { DynamoDbStreamCheckpoints } from '../shared/dynamodb-stream-checkpoints.adapter';
import { kinesis } from '../shared/kinesis-client';
import { KinesisOrderedLog } from '../shared/kinesis-ordered-log.adapter';
import { orderedConsumer } from '../shared/ordered-consumer';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { customerTimeline } from './customer-timeline';
import { recordTimelineEnv } from './record-timeline.contract';

const env = readEnv(recordTimelineEnv);
const { CONSUMER: consumer, ACTIVITY_TABLE: tableName, AWS_REGION: region, STREAM_ARN: streamArn } = env;
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const place = { tableName, context: 'activity', consumer, region, clock, gate };

export const handler = orderedConsumer({
  consumer,
  accepts: customerTimeline,
  ignores: [],
  store: new DynamoDbOrderedStore(dynamoDb(), place),
  parking: new DynamoDbParking(dynamoDb(), place),
  checkpoints: new DynamoDbStreamCheckpoints(dynamoDb(), place),
  clock,
  gapPatienceSeconds: env.GAP_PATIENCE_SECONDS,
  gate,
  ...(streamArn !== undefined && { source: new KinesisOrderedLog(kinesis(), { streamArn, region }) }),
});
