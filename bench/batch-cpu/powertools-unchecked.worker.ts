import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { SQSRecord } from 'aws-lambda';
import { type ChargeCommand, charge } from './charge-command';
import { measureBatches } from './measure-batches';

const processor = new SqsFifoPartialProcessorAsync();
const options = { skipGroupOnError: true, throwOnFullBatchFailure: false };

// As in the examples of Powertools' documentation: the body is parsed and believed.
void measureBatches((event) =>
  processPartialResponse(
    event,
    async ({ body }: SQSRecord) => {
      const { data } = JSON.parse(body) as { readonly data: ChargeCommand };
      charge(data);
    },
    processor,
    options,
  ),
);
