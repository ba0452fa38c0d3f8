import type { SQSRecord } from 'aws-lambda';
import { readEnvelope } from '../../lambdas/shared/envelope-reader';
import { charge, chargeCommand } from './charge-command';

/** What `fifoConsumer` does with a record, as a record handler for Powertools: the same checks, the same business code. */
export const handleRecord = ({ body }: SQSRecord): void => {
  charge(chargeCommand.parse(readEnvelope(body).data));
};
