import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { SQSRecord } from 'aws-lambda';
import { measureBatches } from './measure-batches';
import { handleRecord } from './powertools-record';

const processor = new SqsFifoPartialProcessorAsync();
// One failing group does not hold up the others, and a batch that fails as a whole is answered, not thrown: as with us.
const options = { skipGroupOnError: true, throwOnFullBatchFailure: false };

void measureBatches((event) =>
  processPartialResponse(event, async (record: SQSRecord) => handleRecord(record), processor, options),
);
