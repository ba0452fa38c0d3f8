import type { ChainSeal, SignedSeal } from './chain-seal.contract';

/** What seals are checked with. */
export interface SealKey {
  /** ARN of the key that signs. */
  readonly keyId: string;
  /** SPKI in DER, as base64. */
  readonly publicKey: string;
}

/** Signs seals. */
export interface SealSigner {
  sign(seal: ChainSeal): Promise<SignedSeal>;
  key(): Promise<SealKey>;
}
