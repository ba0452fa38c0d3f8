import { createPublicKey, verify } from 'node:crypto';
import {
  type ChainSeal,
  noSealHash,
  type SignedSeal,
  sealHash,
  sealText,
  signedSeal,
} from '../../lambdas/audit/chain-seal.contract';

/** A seal as the table keeps it: `undefined` where it cannot be read. */
export interface StoredSeal {
  /** Its number by the key of its item. */
  readonly number: number;
  readonly signed: unknown;
}

/** What the seals of a region are read by. */
export interface SealEvidence {
  readonly region: string;
  /** All seals of the region, in any order. */
  readonly seals: readonly StoredSeal[];
  /** Number of the region's last seal, as the table says; 0 when it has none. */
  readonly lastNumber: number;
  /** ARN of the key that signs, and its public key (SPKI, DER). */
  readonly keyArn: string;
  readonly publicKey: Buffer;
  /** The public key that the table keeps, for whoever verifies copies while the region is dark. @default none is kept */
  readonly keptPublicKey?: Buffer;
}

/** Which chain a text is of that cannot be read, as far as that can be told. */
export const chainIn = (text: string): string | undefined =>
  /[a-z0-9-]+\/(?:access|security)\/[\w-]+\/\d{4}-\d\d-\d\dT\d\d/.exec(text)?.[0];

/** The seals of a region, by chain, and what is wrong with them. */
export interface SealChain {
  readonly seals: ReadonlyMap<string, ChainSeal>;
  readonly forged: ReadonlyMap<string, string>;
  readonly findings: readonly string[];
}

/** Reads the seals of a region from the first one on: each has to be signed by the key, and to name the one before. */
export const readSeals = (evidence: SealEvidence): SealChain => {
  const { region, seals, lastNumber, keyArn, publicKey, keptPublicKey } = evidence;
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
  const isSigned = ({ seal, signature, keyId }: SignedSeal): boolean =>
    keyId === keyArn && verify('sha256', Buffer.from(sealText(seal)), key, Buffer.from(signature, 'base64'));
  const byNumber = new Map(seals.map((stored) => [stored.number, stored.signed]));
  const known = new Map<string, ChainSeal>();
  const forged = new Map<string, string>();
  const findings: string[] = [];
  // Not spread: there may be more than a call takes arguments.
  const highest = [...byNumber.keys()].reduce((one, other) => Math.max(one, other), lastNumber);
  let previous: string | undefined = noSealHash(region);
  for (let number = 1; number <= highest; number += 1) {
    if (!byNumber.has(number)) {
      findings.push(`seal ${number} of ${highest} is missing`);
      previous = undefined;
      continue;
    }
    const signed = signedSeal.safeParse(byNumber.get(number));
    const chain = chainIn(JSON.stringify(byNumber.get(number) ?? null)) ?? '';
    const fault = (why: string): void => {
      findings.push(`seal ${number} of chain ${chain} ${why}`);
      if (chain !== '') forged.set(chain, `its seal ${number} ${why}`);
    };
    if (!signed.success) fault('cannot be read');
    else if (signed.data.seal.number !== number || signed.data.seal.region !== region)
      fault('is in the place of another');
    else if (!isSigned(signed.data)) fault('is not signed by the key');
    else if (previous !== undefined && signed.data.seal.previousSeal !== previous)
      fault('does not name the one before');
    else if (known.has(signed.data.seal.chain)) fault('seals a chain that has a seal');
    else known.set(signed.data.seal.chain, signed.data.seal);
    previous = signed.success ? sealHash(signed.data.seal) : undefined;
  }
  if (keptPublicKey?.equals(publicKey) === false) findings.push('the public key in the table is not that of the key');
  if (lastNumber < highest) findings.push(`the last seal is number ${highest}, and the table says ${lastNumber}`);
  return { seals: known, forged, findings };
};
