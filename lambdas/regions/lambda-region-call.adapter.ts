import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientDefaults } from '../shared/client-defaults';

/** A function of another region has failed, or answered something else than JSON. */
export class RegionCallError extends Error {
  override readonly name = 'RegionCallError';
}

/** A whole invocation is waited for, and it is not started twice: its function goes on from a cursor by itself. */
const patience = { ...clientDefaults.requestHandler, requestTimeout: 70_000 };

/**
 * Calls a function of another region through Lambda's API.
 * @param name with its alias, as `<function>:<alias>`
 * @throws RegionCallError
 */
export const callIn = async (region: string, name: string, payload: object): Promise<unknown> => {
  const client = new LambdaClient({ region, maxAttempts: 1, requestHandler: patience });
  const { Payload, FunctionError } = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(payload)) }),
  );
  const answer = Buffer.from(Payload ?? []).toString();
  if (FunctionError !== undefined) throw new RegionCallError(`${name} of ${region} has failed: ${answer}`);
  try {
    return JSON.parse(answer);
  } catch (cause) {
    throw new RegionCallError(`${name} of ${region} has answered no JSON: ${answer}`, { cause });
  }
};
