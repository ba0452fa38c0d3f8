import type { Caller } from './access-policy';

/** The caller a token stands for, or why it stands for none. */
export type VerifiedToken =
  | { readonly kind: 'valid'; readonly caller: Caller }
  | { readonly kind: 'invalid'; readonly why: string };

/** Judges access tokens. What is thrown is a failure of the check, not of the token. */
export interface AccessTokens {
  verify(token: string): Promise<VerifiedToken>;
}
