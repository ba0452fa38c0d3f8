import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { isSealed, NONCE_BYTES, open, type Sealed, seal, sealingRegion } from '../../../lambdas/shared/sealed';

const key = createHash('sha256').update('a key').digest();
const place = { subject: '5f0c5d0f-9b7e-5f7f-8f0f-6b117c1b4bb5', field: 'order/1/shipTo' };
const nonce = Buffer.alloc(NONCE_BYTES, 7);
const sealed = seal({ key, region: 'sa-east-1' }, place, { recipient: 'Ada' }, nonce);

it('opens what was sealed, whatever JSON it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.uint8Array({ minLength: NONCE_BYTES, maxLength: NONCE_BYTES }), (value, bytes) => {
      const text = seal({ key, region: 'sa-east-1' }, place, value, bytes);

      expect(isSealed(text)).toBe(true);
      // As JSON has it: it knows no -0.
      expect(open(key, place, text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it('says by which region it was sealed, and nothing of what it holds', () => {
  expect(sealed).toMatch(/^sealed:1:sa-east-1:[A-Za-z0-9_-]+$/);
  expect(sealingRegion(sealed)).toBe('sa-east-1');
  expect(Buffer.from(sealed.split(':')[3] ?? '', 'base64url').toString('latin1')).not.toContain('Ada');
});

it.each([
  ['another subject', { ...place, subject: 'somebody else' }],
  ['another field', { ...place, field: 'order/1/paymentMethod' }],
  ['the same field of another order', { ...place, field: 'order/2/shipTo' }],
])('does not open as %s', (_what, other) => {
  expect(() => open(key, other, sealed)).toThrow(expect.objectContaining({ name: 'SealBrokenError' }));
});

it('does not open with another key', () => {
  const other = createHash('sha256').update('another').digest();

  expect(() => open(other, place, sealed)).toThrow(expect.objectContaining({ name: 'SealBrokenError' }));
});

it('does not open with any of its characters changed', () => {
  const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
  const start = 'sealed:1:'.length;
  fc.assert(
    fc.property(fc.integer({ min: start, max: sealed.length - 2 }), fc.constantFrom(...alphabet), (at, character) => {
      fc.pre(sealed[at] !== character);
      const altered = `${sealed.slice(0, at)}${character}${sealed.slice(at + 1)}` as Sealed<unknown>;

      expect(() => open(key, place, altered)).toThrow(expect.objectContaining({ name: 'SealBrokenError' }));
    }),
    { numRuns: 300 },
  );
});

it('names subject and field when a seal is broken, and no value', () => {
  const error = (() => {
    try {
      return open(key, { ...place, field: 'other' }, sealed);
    } catch (thrown) {
      return String(thrown);
    }
  })();

  expect(error).toContain(place.subject);
  expect(error).not.toContain(sealed);
});

it.each([
  'pm_card',
  'sealed:2:sa-east-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'sealed:1:sa-east-1:',
  { recipient: 'Ada' },
  undefined,
])('takes %j for no sealed text', (value) => {
  expect(isSealed(value)).toBe(false);
});
