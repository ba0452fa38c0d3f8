import { processPartialResponseSync, SqsFifoPartialProcessor } from '@aws-lambda-powertools/batch';
import { measureBatches } from './measure-batches';
import { handleRecord } from './powertools-record';

const processor = new SqsFifoPartialProcessor();
const options = { skipGroupOnError: true, throwOnFullBatchFailure: false };

void measureBatches(async (event) => processPartialResponseSync(event, handleRecord, processor, options));
