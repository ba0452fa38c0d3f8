import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { measureStreams } from './measure-streams';
import { positionedRecords } from './powertools-stream';

const processor = new BatchProcessor(EventType.KinesisDataStreams);
// One after the other: side by side they would break the order of an entity.
const options = { throwOnFullBatchFailure: false, processInParallel: false };

void measureStreams((store) => {
  const handleRecord = positionedRecords(store);
  return (event) => processPartialResponse(event, handleRecord, processor, options);
});
