import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  DeleteUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { LocalCloud } from '../../local/cloud';
import { clientConfig } from '../../local/deployment/aws-clients';

/** A client of the user pool, made for a test. */
export interface MachineClient {
  readonly clientId: string;
  /** A new access token with the scopes that the client may have. */
  token(): Promise<string>;
  remove(): Promise<void>;
}

/** Makes a client that gets tokens for itself, in the store's user pool unless another one is named. */
export const makeMachineClient = async (
  cloud: LocalCloud,
  scopes: readonly string[] = ['tenfold/orders.read', 'tenfold/orders.write'],
  { UserPoolId, ...more }: Partial<CreateUserPoolClientCommandInput> = {},
): Promise<MachineClient> => {
  const cognito = new CognitoIdentityProviderClient(clientConfig(cloud));
  const pool = UserPoolId ?? cloud.outputs.get('Identity', 'UserPoolId');
  const { UserPoolClient } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId: pool,
      ClientName: 'integration-test',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: [...scopes],
      ...more,
    }),
  );
  const { ClientId = '', ClientSecret = '' } = UserPoolClient ?? {};
  return {
    clientId: ClientId,
    token: async () => {
      const response = await fetch(`${cloud.endpoint}/oauth2/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${ClientId}:${ClientSecret}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: scopes.join(' ') }),
        signal: AbortSignal.timeout(30_000),
      });
      if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`);
      return ((await response.json()) as { readonly access_token: string }).access_token;
    },
    remove: async () => {
      await cognito.send(new DeleteUserPoolClientCommand({ UserPoolId: pool, ClientId }));
      cognito.destroy();
    },
  };
};
