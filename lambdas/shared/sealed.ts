import { createCipheriv, createDecipheriv } from 'node:crypto';
import * as z from 'zod/mini';
import { SealBrokenError } from './sealed.errors';

declare const content: unique symbol;

/**
 * A value that only who has the key of its subject can read: `sealed:1:<region>:<base64url of nonce, ciphertext and tag>`. The number is
 * that of this form, the region is the one whose key of the subject sealed it.
 */
export type Sealed<T> = string & { readonly [content]: T };

/** Whose a sealed value is, and where it stands: sealed text opens nowhere else. */
export interface SealedPlace {
  /** The subject's token, see `SubjectTokens`. */
  readonly subject: string;
  /** For example `order/<id>/shipTo`. */
  readonly field: string;
}

/** NIST SP 800-38D, 5.2.1.1: a nonce of 96 bits. */
export const NONCE_BYTES = 12;
/** NIST SP 800-38D, 5.2.1.2: the longest tag. */
const TAG_BYTES = 16;

/** Longer than any field that is sealed: 64 KB of text. */
const longest = 90_000;
const form = /^sealed:1:(?<region>[a-z0-9-]{1,32}):(?<box>[A-Za-z0-9_-]{38,})$/;

/** Whether a value is sealed text of a form that this code knows. */
export const isSealed = <T = unknown>(value: unknown): value is Sealed<T> =>
  typeof value === 'string' && value.length <= longest && form.test(value);

/** Sealed text, in a contract or in what is stored. */
export const sealedText = z.custom<Sealed<unknown>>(isSealed, 'text of the form sealed:1:<region>:<base64url>');

/** The region whose key sealed it. */
export const sealingRegion = (sealed: Sealed<unknown>): string => form.exec(sealed)?.groups?.['region'] ?? '';

const head = (region: string): string => `sealed:1:${region}`;

// Lines: no part of it can contain a line break.
const boundTo = (region: string, { subject, field }: SealedPlace): Buffer =>
  Buffer.from([head(region), subject, field].join('\n'), 'utf8');

/**
 * Seals a value with AES-256-GCM, bound to its place.
 * @param key 32 bytes
 * @param nonce 12 bytes that were never used with this key
 * @param value anything that JSON can hold
 */
export const seal = <T>(
  { key, region }: { readonly key: Uint8Array; readonly region: string },
  place: SealedPlace,
  value: T,
  nonce: Uint8Array,
): Sealed<T> => {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(region, place));
  const parts = [nonce, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()];
  // The prefix and the alphabet are those of the form above; a brand can only be asserted.
  return `${head(region)}:${Buffer.concat(parts).toString('base64url')}` as Sealed<T>;
};

/**
 * Opens what `seal` has sealed.
 * @throws SealBrokenError it was altered, or was sealed for another place or with another key
 */
export const open = (key: Uint8Array, place: SealedPlace, sealed: Sealed<unknown>): unknown => {
  const { subject, field } = place;
  const groups = form.exec(sealed)?.groups;
  if (groups === undefined) throw new SealBrokenError(subject, field, 'it has another form');
  const box = Buffer.from(groups['box'] ?? '', 'base64url');
  const [nonce, tag] = [box.subarray(0, NONCE_BYTES), box.subarray(-TAG_BYTES)];
  const opener = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  opener.setAAD(boundTo(groups['region'] ?? '', place));
  opener.setAuthTag(tag);
  let text: string;
  try {
    text = `${opener.update(box.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8')}${opener.final('utf8')}`;
  } catch (error) {
    throw new SealBrokenError(subject, field, 'it was altered, or sealed for another place or key', { cause: error });
  }
  return JSON.parse(text);
};
