import type { AuthorizerRequest } from './authorize-request.contract';

const bearer = /^Bearer +(?<token>[\w-]+\.[\w-]+\.[\w-]+)$/i;

/** The token of a request's `Authorization: Bearer` header (RFC 6750); `undefined` when there is none. */
export const bearerToken = (request: AuthorizerRequest): string | undefined => {
  const header =
    request.type === 'TOKEN'
      ? request.authorizationToken
      : Object.entries(request.headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  return bearer.exec(header ?? '')?.groups?.['token'];
};
