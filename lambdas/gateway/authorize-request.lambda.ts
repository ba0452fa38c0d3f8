import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { authorizeRequestEnv } from './authorize-request.contract';
import { authorizeRequest } from './authorize-request.use-case';
import { JwksAccessTokens } from './jwks-access-tokens.adapter';

const env = readEnv(authorizeRequestEnv);
const tokens = new JwksAccessTokens(env.ISSUERS);
export const handler = authorizeRequest({ tokens, routes: env.ROUTE_SCOPES, log: logger() });
