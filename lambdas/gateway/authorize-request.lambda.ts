import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { authorizeRequestEnv, authorizerRequest } from './authorize-request.contract';
import { authorizeRequest } from './authorize-request.use-case';
import { JwksAccessTokens } from './jwks-access-tokens.adapter';

const env = readEnv(authorizeRequestEnv);
const tokens = new JwksAccessTokens({ issuer: env.ISSUER, jwksUri: env.JWKS_URI });
const authorize = authorizeRequest({ tokens, routes: env.ROUTE_SCOPES, log: logger() });

export const handler = (event: unknown) => authorize(authorizerRequest.parse(event));
