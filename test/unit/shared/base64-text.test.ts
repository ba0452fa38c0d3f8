import fc from 'fast-check';
import { textOfBase64 } from '../../../lambdas/shared/base64-text';

describe('textOfBase64', () => {
  it('reads any text, and nothing of one before', () => {
    const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary', maxLength: 300 }));
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1 }), (all) => {
        const encoded = all.map((text) => Buffer.from(text).toString('base64'));
        expect(encoded.map(textOfBase64)).toEqual(encoded.map((one) => Buffer.from(one, 'base64').toString('utf8')));
      }),
    );
  });

  it.each([48 * 1_024, 48 * 1_024 + 1, 200_000])('reads a text of %i bytes', (length) => {
    const text = 'é'.repeat(length / 2);

    expect(textOfBase64(Buffer.from(text).toString('base64'))).toBe(text);
  });
});
