import { parseFlagsRequest } from '../../../../local/flags/flags-command';

const commandOf = (...words: readonly string[]) => parseFlagsRequest(words).command;

test.each([
  [['list'], { kind: 'list' }],
  [['stale'], { kind: 'stale' }],
  [['deploy', '--at-once'], { kind: 'deploy', atOnce: true, overwrite: false }],
  [
    ['set', 'express', 'on'],
    { kind: 'deploy', atOnce: false, overwrite: false, edit: { kind: 'set', flag: 'express', variant: 'on' } },
  ],
  [
    ['set', 'express', 'on', '--client', 'a'],
    {
      kind: 'deploy',
      atOnce: false,
      overwrite: false,
      edit: { kind: 'set', flag: 'express', variant: 'on', client: 'a' },
    },
  ],
  [
    ['rollout', 'express', '12.5', '--variant', 'on'],
    {
      kind: 'deploy',
      atOnce: false,
      overwrite: false,
      edit: { kind: 'rollout', flag: 'express', percent: 12.5, variant: 'on' },
    },
  ],
  [['clear', 'express'], { kind: 'deploy', atOnce: false, overwrite: false, edit: { kind: 'clear', flag: 'express' } }],
  [['deploy', '--overwrite'], { kind: 'deploy', atOnce: false, overwrite: true }],
  [[], { kind: 'help' }],
  [['set', '--help'], { kind: 'help' }],
])('npm run flags -- %j', (words, expected) => {
  expect(commandOf(...words)).toEqual(expected);
});

test.each([
  [['paint'], 'unknown command: paint'],
  [['set', 'express'], 'set <flag> <variant>'],
  [['set', 'express', 'on', 'off'], 'too much: off'],
  [['rollout', 'express'], 'rollout <flag> <percent>'],
  [['rollout', 'express', '101'], 'no percentage: 101; expected 0 to 100'],
  [['rollout', 'express', '-5'], 'Unknown option'],
  [['rollout', 'express', '10', '--client', 'a'], 'rollout takes no --client'],
  [['list', '--at-once'], 'list takes no --at-once'],
  [['list', '--stage', 'moon'], 'no stage moon; there are local, dev, prod'],
])('npm run flags -- %j is a mistake that says what was expected', (words, explanation) => {
  expect(commandOf(...words)).toEqual({ kind: 'mistake', explanation: expect.stringContaining(explanation) });
});
