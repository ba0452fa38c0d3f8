import type { KinesisStreamBatchResponse } from 'aws-lambda';
import { activityRecordedV1 } from '../../contracts/avro/events';
import { InMemoryParking } from '../../lambdas/shared/in-memory-parking.adapter';
import { InMemoryStreamCheckpoints } from '../../lambdas/shared/in-memory-stream-checkpoints.adapter';
import { InMemoryTries } from '../../lambdas/shared/in-memory-tries.adapter';
import { orderedConsumer } from '../../lambdas/shared/ordered-consumer';
import { streamEvent } from '../../lambdas/shared/stream-event';
import { activityRecord } from './activity-record';
import { measureStreams } from './measure-streams';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = { now: () => new Date(1_795_420_802_000) };
const context = { invokedFunctionArn: 'bench:live', getRemainingTimeInMillis: () => 30_000 };

void measureStreams((store) => {
  const consume = orderedConsumer({
    consumer: 'bench',
    accepts: [streamEvent(activityRecordedV1, activityRecord)],
    ignores: [],
    store,
    parking: new InMemoryParking({ context: 'bench', consumer: 'bench', region: 'sa-east-1' }),
    checkpoints: new InMemoryStreamCheckpoints(clock),
    tries: new InMemoryTries(),
    clock,
    gapPatienceSeconds: 60,
    log: silent,
  });
  return async (event) => (await consume(event, context)) as KinesisStreamBatchResponse;
});
