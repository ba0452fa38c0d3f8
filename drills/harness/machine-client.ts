import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { z } from 'zod';
import { clientConfig } from '../../local/deployment/aws-clients';
import type { Cloud } from './deployed-system';

/** A client of the store's user pool that a drill has made. */
export interface MachineClient {
  /** What the audit trail calls it: nobody has given it a name. */
  readonly clientId: string;
  /** An access token with all of its scopes, the same one as long as the client is there. */
  token(): Promise<string>;
  remove(): Promise<void>;
}

/** The user pool gave no token. */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';
}

const tokenAnswer = z.object({ access_token: z.string() });

/**
 * Makes a client that gets tokens for itself, on an emulator.
 * @param scopes without the name of the API: `orders.read`
 * @throws TokenRefusedError (from `token`)
 */
export const makeMachineClient = async (
  { region, endpoint = '', outputs }: Pick<Cloud, 'region' | 'endpoint' | 'outputs'>,
  scopes: readonly string[],
): Promise<MachineClient> => {
  const cognito = new CognitoIdentityProviderClient(clientConfig({ region, endpoint }));
  const UserPoolId = outputs.get('Identity', 'UserPoolId');
  const AllowedOAuthScopes = scopes.map((scope) => `tenfold/${scope}`);
  const { UserPoolClient } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'drill',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes,
    }),
  );
  const { ClientId = '', ClientSecret = '' } = UserPoolClient ?? {};
  const ask = async (): Promise<string> => {
    const response = await fetch(`${endpoint}/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${ClientId}:${ClientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: AllowedOAuthScopes.join(' ') }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) throw new TokenRefusedError(`the user pool answered ${response.status}, expected 200: ${text}`);
    return tokenAnswer.parse(JSON.parse(text)).access_token;
  };
  let token: Promise<string> | undefined;
  return {
    clientId: ClientId,
    token: () => {
      token ??= ask();
      return token;
    },
    remove: async () => {
      await cognito.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }));
      cognito.destroy();
    },
  };
};
