import { JwtBaseError } from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import type { AccessTokens, VerifiedToken } from './access-tokens.port';
import { KeysUnavailableError } from './authorization.errors';
import { accessTokenClaims, type TokenIssuer } from './authorize-request.contract';

const timeoutMilliseconds = 3000;

// The library's own fetcher speaks TLS only; which protocol is right is for the deployment to say.
const fetchKeys = async (uri: string): Promise<ArrayBuffer> => {
  try {
    const response = await fetch(uri, { signal: AbortSignal.timeout(timeoutMilliseconds), redirect: 'error' });
    if (!response.ok) throw new KeysUnavailableError(`${uri} answers ${response.status}, expected 200`);
    return await response.arrayBuffer();
  } catch (error) {
    if (error instanceof KeysUnavailableError) throw error;
    throw new KeysUnavailableError(`${uri} cannot be read`, { cause: error });
  }
};

/**
 * Access tokens that are JWTs of one of several issuers. An issuer's keys are read at its first token, once a process and again
 * when a new key appears: a token of one region never waits for the keys of another.
 */
export class JwksAccessTokens implements AccessTokens {
  private readonly verifier;
  private readonly clientsOf: ReadonlyMap<string, ReadonlyMap<string, string>>;
  private readonly names: ReadonlySet<string>;

  constructor(issuers: readonly TokenIssuer[]) {
    // Access tokens of Cognito have no audience: whom they are for is in `client_id`, what they are for in `scope`.
    this.verifier = JwtVerifier.create(
      issuers.map(({ issuer, jwksUri }) => ({ issuer, jwksUri, audience: null })),
      { jwksCache: new SimpleJwksCache({ fetcher: { fetch: fetchKeys } }) },
    );
    this.clientsOf = new Map(issuers.map(({ issuer, clients }) => [issuer, new Map(Object.entries(clients))]));
    this.names = new Set(issuers.flatMap(({ clients }) => Object.values(clients)));
  }

  /** @throws KeysUnavailableError the issuer's keys cannot be had; says nothing about the token */
  async verify(token: string): Promise<VerifiedToken> {
    try {
      const claims = accessTokenClaims.safeParse(await this.verifier.verify(token));
      if (!claims.success) return { kind: 'invalid', why: 'not an access token of a client' };
      const { iss, client_id: id, scope } = claims.data;
      const name = this.clientsOf.get(iss)?.get(id);
      // Nobody becomes another client by having its name for an id.
      if (name === undefined && this.names.has(id))
        return { kind: 'invalid', why: 'an id that is the name of a client' };
      return { kind: 'valid', caller: { clientId: name ?? id, scopes: scope.split(' ').filter((one) => one !== '') } };
    } catch (error) {
      if (error instanceof JwtBaseError) return { kind: 'invalid', why: error.message };
      throw error;
    }
  }
}
