import { JwtBaseError } from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import type { AccessTokens, VerifiedToken } from './access-tokens.port';
import { KeysUnavailableError } from './authorization.errors';
import { accessTokenClaims } from './authorize-request.contract';

const timeoutMilliseconds = 3000;

/** Whom tokens must come from. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly jwksUri: string;
}

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

/** Access tokens that are JWTs of one issuer, whose keys are read once a process and again when a new key appears. */
export class JwksAccessTokens implements AccessTokens {
  private readonly verifier;

  constructor({ issuer, jwksUri }: TokenIssuer) {
    // Access tokens of Cognito have no audience: whom they are for is in `client_id`, what they are for in `scope`.
    this.verifier = JwtVerifier.create(
      { issuer, jwksUri, audience: null },
      { jwksCache: new SimpleJwksCache({ fetcher: { fetch: fetchKeys } }) },
    );
  }

  /** @throws KeysUnavailableError the issuer's keys cannot be had; says nothing about the token */
  async verify(token: string): Promise<VerifiedToken> {
    try {
      const claims = accessTokenClaims.safeParse(await this.verifier.verify(token));
      if (!claims.success) return { kind: 'invalid', why: 'not an access token of a client' };
      const { client_id: clientId, scope } = claims.data;
      return { kind: 'valid', caller: { clientId, scopes: scope.split(' ').filter((one) => one !== '') } };
    } catch (error) {
      if (error instanceof JwtBaseError) return { kind: 'invalid', why: error.message };
      throw error;
    }
  }
}
