import { SQSClient } from '@aws-sdk/client-sqs';
import { clientDefaults } from './client-defaults';

let made: SQSClient | undefined;

/** The process's SQS client; made at the first call. */
export const sqs = (): SQSClient => {
  made ??= new SQSClient(clientDefaults);
  return made;
};
