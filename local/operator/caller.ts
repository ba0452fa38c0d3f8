import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientConfig, type Place } from '../deployment/aws-clients';

/** The ARN of whoever's credentials are used: what is written down about an operator's decision. */
export const callerOf = async (place: Place): Promise<string> => {
  const { Arn = 'unknown' } = await new STSClient(clientConfig(place)).send(new GetCallerIdentityCommand({}));
  return Arn;
};
