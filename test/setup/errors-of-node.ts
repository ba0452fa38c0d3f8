import { types } from 'node:util';

/**
 * jest runs a test file in a realm of its own, where an error that Node itself throws (`ENOENT`, `AbortError` …) is no `instanceof Error`
 * (https://github.com/jestjs/jest/issues/2549). Production code may ask just that, so here it is answered as it is outside of jest.
 */
const inherited = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  configurable: true,
  value(this: typeof Error, value: unknown): boolean {
    // Subclasses inherit this method; for them the usual answer is right.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor Error.isError is not in the ES2024 library yet
    return inherited.call(this, value) || (this === Error && types.isNativeError(value));
  },
});
