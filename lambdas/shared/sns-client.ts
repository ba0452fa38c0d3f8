import { SNSClient } from '@aws-sdk/client-sns';
import { clientDefaults } from './client-defaults';

let made: SNSClient | undefined;

/** The process's SNS client; made at the first call. */
export const sns = (): SNSClient => {
  made ??= new SNSClient(clientDefaults);
  return made;
};
