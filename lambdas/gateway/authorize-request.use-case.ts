import type { Log } from '../shared/log.port';
import { type AccessPolicy, accessPolicy, type RouteScopes } from './access-policy';
import type { AccessTokens } from './access-tokens.port';
import { UnauthorizedError } from './authorization.errors';
import type { AuthorizerRequest } from './authorize-request.contract';
import { bearerToken } from './bearer-token';

/** What authorize-request needs. */
export interface AuthorizeRequestDeps {
  readonly tokens: AccessTokens;
  readonly routes: RouteScopes;
  readonly log: Log;
}

/**
 * Says what the bearer of a token may call.
 * @throws UnauthorizedError no token, or not a valid one; the caller is not told why
 */
export const authorizeRequest =
  ({ tokens, routes, log }: AuthorizeRequestDeps) =>
  async (request: AuthorizerRequest): Promise<AccessPolicy> => {
    const token = bearerToken(request);
    if (token === undefined) throw new UnauthorizedError();
    const verified = await tokens.verify(token);
    if (verified.kind === 'invalid') {
      log.info('token refused', { why: verified.why });
      throw new UnauthorizedError();
    }
    return accessPolicy(verified.caller, routes, request.methodArn);
  };
