import { createHmac } from 'node:crypto';

/**
 * Answers the token of the person whom data are about: their keys are found by it, and the audit trail calls them so. It stands where the shop's
 * own customer id must not (the encryption context of a key is written to CloudTrail).
 */
export type SubjectTokens = (customerId: string) => Promise<string>;

/**
 * The token of a customer, as a UUID of version 8 (RFC 9562 §5.8): the beginning of an HMAC-SHA-256 with a secret of the stage, so that who knows
 * a customer id, or tries many, cannot tell whose a token is. The same in every region.
 */
export const subjectToken = (secret: string, customerId: string): string => {
  const bytes = createHmac('sha256', secret).update(customerId).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
