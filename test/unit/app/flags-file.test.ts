import { flagSetOf, parseFlagsFile } from '../../../lib/app/flags-file';

const express = {
  description: 'Parcels that arrive tomorrow',
  owner: 'shipping',
  created: '2026-11-01',
  expires: '2027-02-01',
  type: 'boolean',
  variants: { on: true, off: false },
  default: 'off',
  stages: {},
};
const parse = (changes: object) =>
  parseFlagsFile(JSON.stringify({ express: { ...express, ...changes } }), 'flags.json');

describe('the file of flags', () => {
  it('becomes one set of flags for all regions of a stage, with the defaults of what a stage does not say', () => {
    const file = parse({ stages: { prod: { rollout: { variant: 'on', percent: 10 } } } });
    const flag = { type: 'boolean', variants: { on: true, off: false } };

    expect(flagSetOf(file, 'prod')).toEqual({
      version: 1,
      flags: { express: { ...flag, state: { variant: 'off', rollout: { variant: 'on', percent: 10 } } } },
    });
    expect(flagSetOf(file, 'dev')).toEqual({ version: 1, flags: { express: { ...flag, state: { variant: 'off' } } } });
  });

  it.each([
    ['express.type', { type: 'colour' }, '"colour"', ''],
    ['express.owner', { owner: '' }, '""', ''],
    ['express.expires', { expires: 'some day' }, '"some day"', 'expected a day such as'],
    ['express.expires', { expires: '2026-10-01' }, '"2026-10-01"', 'expected a day from 2026-11-01 on'],
    ['express.default', { default: 'maybe' }, '"maybe"', 'expected one of on, off'],
    ['express.variants.on', { variants: { on: 1, off: false } }, '1', ''],
    ['express.stages.prod.variant', { stages: { prod: { variant: 'maybe' } } }, '"maybe"', 'expected one of on, off'],
    [
      'express.stages.prod.rollout.variant',
      { stages: { prod: { rollout: { variant: 'maybe', percent: 1 } } } },
      '"maybe"',
      'expected one of on, off',
    ],
    [
      'express.stages.prod.rollout.percent',
      { stages: { prod: { rollout: { variant: 'on', percent: -1 } } } },
      '-1',
      '',
    ],
    [
      'express.stages.prod.clients.off',
      { stages: { prod: { clients: { on: ['a'], off: ['a'] } } } },
      '["a"]',
      'each client once, and a twice',
    ],
    ['express.stages', { stages: { production: {} } }, '{"production":{}}', ''],
  ])('is refused for a wrong %s, with the value and what was expected', (field, changes, value, expected) => {
    expect(() => parse(changes)).toThrow(expect.objectContaining({ name: 'FlagsFileError' }));
    expect(() => parse(changes)).toThrow(`${field}: got ${value};`);
    expect(() => parse(changes)).toThrow(expected);
  });

  it('says each fault once, however many stages have it', () => {
    expect(() => parse({ default: 'maybe' })).toThrow(/^the flags are wrong \(flags\.json\):\n[^\n]+$/);
  });

  it('is refused when it is no JSON', () => {
    expect(() => parseFlagsFile('{', 'flags.json')).toThrow(/flags\.json: expected JSON/);
  });
});
