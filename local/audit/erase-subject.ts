import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type EraseSubjectAnswer, eraseSubjectAnswer } from '../../lambdas/privacy/erase-subject.contract';
import { clientConfig, type Place } from '../deployment/aws-clients';
import type { StackOutputs } from '../deployment/stack-outputs';

/** The function that erases has failed. What it has destroyed stays destroyed; the same command goes on. */
export class ErasureFailedError extends Error {
  override readonly name = 'ErasureFailedError';
}

/**
 * Erases a customer in all regions, through the function of one of them.
 * @throws ErasureFailedError some regions could not be asked, or still have keys
 */
export const askToErase = async (
  place: Place,
  outputs: StackOutputs,
  customerId: string,
): Promise<EraseSubjectAnswer> => {
  const FunctionName = outputs.get('PrivacyService', 'EraseSubjectFunction');
  const Payload = JSON.stringify({ customerId });
  const answer = await new LambdaClient(clientConfig(place)).send(new InvokeCommand({ FunctionName, Payload }));
  const text = answer.Payload?.transformToString() ?? '';
  if (answer.FunctionError !== undefined)
    throw new ErasureFailedError(`${place.region}: ${FunctionName} failed: ${text}`);
  return eraseSubjectAnswer.parse(JSON.parse(text));
};
