import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { clientConfig, type Place } from './deployment/aws-clients';
import type { StackOutputs } from './deployment/stack-outputs';
import type { EmulatorKind } from './emulator/emulator-kind';
import { executeApiUrlAt } from './emulator/execute-api-url';

const connection = z.looseObject({ url: z.string() });

/** What completing a deployment needs. */
export interface Completion {
  readonly place: Place & { readonly endpoint: string };
  readonly kind: EmulatorKind;
  readonly outputs: StackOutputs;
}

/**
 * Does what AWS would have done and the emulator's CloudFormation did not: connection secrets name the sandbox's services by
 * their AWS address, which does not exist here. May be repeated.
 */
export const complete = async ({ place, kind, outputs }: Completion, note: (line: string) => void): Promise<void> => {
  const secrets = new SecretsManagerClient(clientConfig(place));
  for (const arn of outputs.endingIn('SecretArn')) {
    const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId: arn }));
    const stored = connection.safeParse(JSON.parse(SecretString));
    if (!stored.success) continue;
    const url = executeApiUrlAt(place.endpoint, kind, stored.data.url);
    if (url === stored.data.url) continue;
    const command = new PutSecretValueCommand({ SecretId: arn, SecretString: JSON.stringify({ ...stored.data, url }) });
    await secrets.send(command);
    note(`${url.split('/').pop() ?? url} is reached at ${url}`);
  }
};
