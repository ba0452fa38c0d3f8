import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSRecord } from 'aws-lambda';
import { measureBatches } from './measure-batches';
import { handleRecord } from './powertools-record';

const processor = new BatchProcessor(EventType.SQS);
const options = { throwOnFullBatchFailure: false };

void measureBatches((event) =>
  processPartialResponse(event, async (record: SQSRecord) => handleRecord(record), processor, options),
);
