import * as z from 'zod/mini';
import { canonicalJson } from '../shared/canonical-json';
import { hashOf } from '../shared/hash-chain';

const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** What is signed of a chain that is over. The seals of a region are numbered, and each names the one before. */
export const chainSeal = z.strictObject({
  region: z.string().check(z.minLength(1)),
  /** 1, 2, 3 … */
  number: z.int().check(z.minimum(1)),
  /** Hash of the region's seal before this one; of the region's name for the first. */
  previousSeal: hash,
  chain: z.string().check(z.minLength(1)),
  /** How many links the chain has. */
  count: z.int().check(z.minimum(1)),
  /** The hash of its last link. */
  lastHash: hash,
  /** When its first and its last record arrived. */
  firstTime: z.iso.datetime(),
  lastTime: z.iso.datetime(),
  sealedAt: z.iso.datetime(),
});
/** A seal that fits. */
export type ChainSeal = z.infer<typeof chainSeal>;

/** A seal with its signature. */
export const signedSeal = z.strictObject({
  seal: chainSeal,
  /** ECDSA over P-256 and SHA-256 of the seal's canonical JSON, in DER, as base64. */
  signature: z.string().check(z.minLength(1)),
  /** ARN of the key that signed. */
  keyId: z.string().check(z.minLength(1)),
});
/** A signed seal that fits. */
export type SignedSeal = z.infer<typeof signedSeal>;

/** The text that is signed. */
export const sealText = (seal: ChainSeal): string => canonicalJson(seal);

/** What the next seal names this one by. */
export const sealHash = (seal: ChainSeal): string => hashOf(sealText(seal));

/** What the first seal of a region names instead of one before it. */
export const noSealHash = (region: string): string => hashOf(`seals of ${region}`);

/** Keys of the seals in the audit table: one partition a region, sorted by number. */
export const sealKeys = {
  partition: (region: string): string => `SEAL#${region}`,
  sort: (number: number): string => `SEAL#${String(number).padStart(12, '0')}`,
  /** Item that says which the region's last seal is. */
  head: 'HEAD',
  /** Item that has the public key, for whoever verifies copies while the region is dark. */
  key: 'KEY',
};
