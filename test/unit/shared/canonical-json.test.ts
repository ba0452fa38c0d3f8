import fc from 'fast-check';
import { CanonicalJsonError, canonicalJson } from '../../../lambdas/shared/canonical-json';

describe('canonicalJson', () => {
  it('sorts keys by their code units and leaves no space, as in RFC 8785, 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'CR',
      '\ufb33': 'Dalet',
      '1': 'One',
      '\u0080': 'Control',
      '\u00f6': 'o',
    };

    expect(canonicalJson(value)).toBe(
      '{"\\r":"CR","1":"One","\u0080":"Control","\u00f6":"o","\u20ac":"Euro Sign","\ufb33":"Dalet"}',
    );
  });

  it('writes numbers and literals as in RFC 8785, 3.2.2', () => {
    expect(canonicalJson([333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, null, true])).toBe(
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,null,true]',
    );
  });

  it('is one text for values that are equal, whatever the order of their keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        const reversed = (one: unknown): unknown => {
          if (Array.isArray(one)) return one.map(reversed);
          if (typeof one !== 'object' || one === null) return one;
          return Object.fromEntries(
            Object.entries(one)
              .reverse()
              .map(([key, field]) => [key, reversed(field)]),
          );
        };
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], ['\ud800'], [() => 1], [1n]])('refuses %p', (value) => {
    expect(() => canonicalJson({ value })).toThrow(CanonicalJsonError);
  });
});
