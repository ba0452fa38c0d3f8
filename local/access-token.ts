import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { z } from 'zod';
import { clientConfig, type Place } from './deployment/aws-clients';
import type { StackOutputs } from './deployment/stack-outputs';
import { LocalCloudError } from './local.errors';

const tokenAnswer = z.object({ access_token: z.string(), expires_in: z.number() });

/** Where a user pool gives out tokens: the pool's own host on AWS, one path for all pools on an emulator. */
const tokenUrl = ({ endpoint }: Place, outputs: StackOutputs): string =>
  endpoint === undefined ? outputs.get('Identity', 'TokenUrl') : `${endpoint}/oauth2/token`;

const MARGIN_SECONDS = 60;

/**
 * Gives out access tokens of the deployment's machine client (client credentials), each for as long as it is good.
 * @throws LocalCloudError the identity provider refuses
 */
export const accessTokens = (
  place: Place,
  outputs: StackOutputs,
  now: () => number = Date.now,
): (() => Promise<string>) => {
  let known: { readonly token: Promise<string>; goodUntil: number } | undefined;

  const request = async (keep: { goodUntil: number }): Promise<string> => {
    const cognito = new CognitoIdentityProviderClient(clientConfig(place));
    const ClientId = outputs.get('Identity', 'MachineClientId');
    const UserPoolId = outputs.get('Identity', 'UserPoolId');
    const { UserPoolClient } = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
    const basic = Buffer.from(`${ClientId}:${UserPoolClient?.ClientSecret ?? ''}`).toString('base64');
    const response = await fetch(tokenUrl(place, outputs), {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: ['orders.read', 'orders.write', 'activity.read', 'activity.write']
          .map((name) => `tenfold/${name}`)
          .join(' '),
      }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new LocalCloudError(
        `the identity provider refuses a token: ${response.status} ${text}`,
        'npm run stop, then start again; the client and its scopes are made by the Identity stack',
      );
    }
    const answer = tokenAnswer.parse(JSON.parse(text));
    keep.goodUntil = now() + (answer.expires_in - MARGIN_SECONDS) * 1000;
    return answer.access_token;
  };

  return () => {
    if (known === undefined || now() >= known.goodUntil) {
      const keep = { goodUntil: Number.POSITIVE_INFINITY };
      const token = request(keep);
      token.catch(() => {
        keep.goodUntil = 0;
      });
      known = Object.assign(keep, { token });
    }
    return known.token;
  };
};
