import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type EraseSubjectAnswer, eraseSubjectAnswer } from '../../lambdas/privacy/erase-subject.contract';
import { clientConfig, type Place } from '../deployment/aws-clients';
import type { StackOutputs } from '../deployment/stack-outputs';
import { callerOf } from '../operator/caller';

/** What the operator is told when nobody was erased. */
const refusals = {
  'nothing-sealed':
    'nothing was ever sealed for this customer, in any region: is the id right? Orders of before the cutover are sealed by "npm run migrate -- backfill"',
  'not-sealing': 'this stage does not seal yet: its orders are in phase "expand", see docs/runbooks/migrations.md',
} as const;

/** Why nobody was erased; `undefined` when somebody was. */
export const refusalOf = ({ kind }: EraseSubjectAnswer): string | undefined =>
  kind === 'erased' ? undefined : refusals[kind];

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
  // The name stands at its end.
  const operator = (await callerOf(place)).slice(-128);
  const Payload = JSON.stringify({ customerId, operator });
  const answer = await new LambdaClient(clientConfig(place)).send(new InvokeCommand({ FunctionName, Payload }));
  const text = answer.Payload?.transformToString() ?? '';
  if (answer.FunctionError !== undefined)
    throw new ErasureFailedError(`${place.region}: ${FunctionName} failed: ${text}`);
  return eraseSubjectAnswer.parse(JSON.parse(text));
};
