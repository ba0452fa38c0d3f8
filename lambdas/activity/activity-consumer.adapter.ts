import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbOrderedStore } from '../shared/dynamodb-ordered-store.adapter';
import { DynamoDbParking } from '../shared/dynamodb-parking.adapter';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { DynamoDbStreamCheckpoints } from '../shared/dynamodb-stream-checkpoints.adapter';
import { DynamoDbTries } from '../shared/dynamodb-tries.adapter';
import { kinesis } from '../shared/kinesis-client';
import { KinesisOrderedLog } from '../shared/kinesis-ordered-log.adapter';
import type { OrderedConsumerOptions } from '../shared/ordered-consumer-options';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { systemTimer as timer } from '../shared/system-timer.adapter';

/** What each consumer of this context is told. */
export interface ActivityConsumerSettings {
  readonly CONSUMER: string;
  readonly ACTIVITY_TABLE: string;
  readonly AWS_REGION: string;
  readonly STAGE_REGIONS: readonly string[];
  readonly STREAM_ARN?: string | undefined;
  readonly GAP_PATIENCE_SECONDS: number;
}

/** What a consumer of this context works with, whatever it makes of events. */
export const activityConsumer = (
  settings: ActivityConsumerSettings,
): Omit<OrderedConsumerOptions, 'accepts' | 'ignores'> => {
  const { CONSUMER: consumer, ACTIVITY_TABLE: tableName, AWS_REGION: region, STREAM_ARN: streamArn } = settings;
  const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
  const place = { tableName, context: 'activity', consumer, region, clock, gate };
  const peers = settings.STAGE_REGIONS.filter((one) => one !== region);
  return {
    consumer,
    store: new DynamoDbOrderedStore(dynamoDb(), { ...place, peers }),
    parking: new DynamoDbParking(dynamoDb(), place),
    checkpoints: new DynamoDbStreamCheckpoints(dynamoDb(), place),
    tries: new DynamoDbTries(dynamoDb(), place),
    clock,
    gapPatienceSeconds: settings.GAP_PATIENCE_SECONDS,
    gate,
    ...(streamArn !== undefined && { source: new KinesisOrderedLog(kinesis(), { streamArn, region, clock, timer }) }),
  };
};
