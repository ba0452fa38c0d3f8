import type { ChainSeal, SignedSeal } from './chain-seal.contract';

/** Signs seals. */
export interface SealSigner {
  sign(seal: ChainSeal): Promise<SignedSeal>;
}
