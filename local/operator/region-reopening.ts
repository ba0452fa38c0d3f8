import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { WorkflowFailedError } from './region.errors';

/**
 * Opens the region of `place`, and answers what its function says.
 * @throws WorkflowFailedError with what the function says is in the way
 */
export const reopenRegion = async (place: Place, functionArn: string, request: object): Promise<unknown> => {
  const lambda = new LambdaClient(clientConfig(place));
  const invoke = new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify(request) });
  const { FunctionError, Payload } = await lambda.send(invoke);
  const text = Payload?.transformToString() ?? '';
  if (FunctionError !== undefined) throw new WorkflowFailedError(`the region was not opened: ${text}`);
  return JSON.parse(text);
};
