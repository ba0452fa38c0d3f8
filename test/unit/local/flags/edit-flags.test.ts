import { type FlagsFile, parseFlagsFile } from '../../../../lib/app/flags-file';
import { editFlags } from '../../../../local/flags/edit-flags';
import type { FlagsEdit } from '../../../../local/flags/flags-command';

const fileWith = (prod: object): FlagsFile =>
  parseFlagsFile(
    JSON.stringify({
      express: {
        description: 'Parcels that arrive tomorrow',
        owner: 'shipping',
        created: '2026-11-01',
        expires: 'never',
        type: 'string',
        variants: { off: 'none', day: 'next day', hour: 'next hour' },
        default: 'off',
        stages: { dev: { variant: 'day' }, ...(Object.keys(prod).length > 0 && { prod }) },
      },
    }),
    'flags.json',
  );

const after = (prod: object, edit: FlagsEdit) => editFlags(fileWith(prod), 'prod', edit)['express']?.stages;
const flag = 'express';

test.each<[string, object, FlagsEdit, object | undefined]>([
  [
    'set gives everybody a variant and ends the roll-out, but not what was set for clients',
    { rollout: { variant: 'hour', percent: 5 }, clients: { hour: ['a'] } },
    { kind: 'set', flag, variant: 'day' },
    { variant: 'day', clients: { hour: ['a'] } },
  ],
  ['set to the default leaves nothing to say', { variant: 'day' }, { kind: 'set', flag, variant: 'off' }, undefined],
  [
    'set for a client takes it out of the rule that named it',
    { clients: { hour: ['a', 'b'] } },
    { kind: 'set', flag, variant: 'day', client: 'a' },
    { clients: { hour: ['b'], day: ['a'] } },
  ],
  [
    'rollout gives a share of the clients a variant',
    {},
    { kind: 'rollout', flag, percent: 10, variant: 'day' },
    { rollout: { variant: 'day', percent: 10 } },
  ],
  [
    'rollout goes on with the variant that is rolled out',
    { rollout: { variant: 'hour', percent: 10 } },
    { kind: 'rollout', flag, percent: 20 },
    { rollout: { variant: 'hour', percent: 20 } },
  ],
  [
    'rollout to 0 ends it',
    { rollout: { variant: 'hour', percent: 10 } },
    { kind: 'rollout', flag, percent: 0 },
    undefined,
  ],
  [
    'clear brings back the default',
    { variant: 'day', clients: { hour: ['a'] }, rollout: { variant: 'hour', percent: 10 } },
    { kind: 'clear', flag },
    undefined,
  ],
  [
    'clear for a client forgets that one only',
    { variant: 'day', clients: { hour: ['a', 'b'] } },
    { kind: 'clear', flag, client: 'a' },
    { variant: 'day', clients: { hour: ['b'] } },
  ],
])('%s', (_what, before, edit, expected) => {
  expect(after(before, edit)).toEqual({ dev: { variant: 'day' }, ...(expected && { prod: expected }) });
});

test.each<[string, FlagsEdit, string]>([
  ['a flag that is not there', { kind: 'clear', flag: 'other' }, 'no flag other; there are express'],
  [
    'a flag that is called as what every object has',
    { kind: 'set', flag: 'constructor', variant: 'on' },
    'no flag constructor; there are express',
  ],
  [
    'a variant that is not there',
    { kind: 'set', flag, variant: 'on' },
    'no variant on of express; there are off, day, hour',
  ],
  [
    'a roll-out of one of several variants',
    { kind: 'rollout', flag, percent: 1 },
    'which variant of express? --variant day | hour',
  ],
])('refuses %s, and says what there is', (_what, edit, message) => {
  expect(() => editFlags(fileWith({}), 'prod', edit)).toThrow(message);
});
