import { validateFlags } from '../../../lambdas/flags/validate-flags.use-case';
import type { FlagUse } from '../../../lambdas/shared/flag-use.contract';

const uses: readonly FlagUse[] = [{ key: 'express', default: false }];
const validate = validateFlags({ uses });
const contentOf = (flags: object) => Buffer.from(JSON.stringify({ version: 1, flags })).toString('base64');
const express = { type: 'boolean', variants: { on: true, off: false }, state: { variant: 'off' } };

describe('validating flags before AppConfig deploys them', () => {
  it('lets flags pass that are right and that code can read', () => {
    expect(() => validate({ content: contentOf({ express }) })).not.toThrow();
  });

  it.each([
    ['flags that are wrong in themselves', { express: { ...express, state: { variant: 'maybe' } } }, /one of on, off/],
    ['flags without one that code reads', {}, /express: not there; expected a flag of type boolean/],
    [
      'a flag that code reads as another type',
      { express: { type: 'number', variants: { off: 0 }, state: { variant: 'off' } } },
      /express.type: got "number"; expected "boolean"/,
    ],
  ])('refuses %s', (_what, flags, message) => {
    expect(() => validate({ content: contentOf(flags) })).toThrow(message);
  });
});
