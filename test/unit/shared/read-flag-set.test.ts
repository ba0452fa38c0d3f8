import { readFlagSet } from '../../../lambdas/shared/read-flag-set';

const flag = { type: 'boolean', variants: { on: true, off: false }, state: { variant: 'off' } };
const textOf = (changed: object) => JSON.stringify({ version: 1, flags: { express: { ...flag, ...changed } } });

describe('reading a set of flags', () => {
  it('answers what is deployed', () => {
    expect(readFlagSet(textOf({}))).toEqual({ version: 1, flags: { express: flag } });
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['another version', '{"version": 2, "flags": {}}', /version: expected one of 1/],
    ['a value of another type', textOf({ variants: { on: 'yes', off: false } }), /flags\.express\.variants\.on/],
    ['no variant', textOf({ variants: {} }), /at least one variant/],
    ['a variant that is not there', textOf({ state: { variant: 'maybe' } }), /state\.variant: expected one of on, off/],
    [
      'a roll-out of a variant that is not there',
      textOf({ state: { variant: 'off', rollout: { variant: 'maybe', percent: 1 } } }),
      /state\.rollout\.variant: expected one of on, off/,
    ],
    [
      'a percentage above 100',
      textOf({ state: { variant: 'off', rollout: { variant: 'on', percent: 101 } } }),
      /state\.rollout\.percent: expected at most 100/,
    ],
    [
      'a client that two rules name',
      textOf({ state: { variant: 'off', clients: { on: ['a'], off: ['a'] } } }),
      /each client once, and a twice/,
    ],
    ['a field that it does not know', textOf({ owner: 'me' }), /flags\.express\.owner: expected no such field/],
  ])('refuses %s, and names the field', (_what, text, message) => {
    expect(() => readFlagSet(text)).toThrow(expect.objectContaining({ name: 'FlagSetError' }));
    expect(() => readFlagSet(text)).toThrow(message);
  });
});
