import { parseRegionRequest } from '../../../local/operator/region-command';

const commandOf = (...words: readonly string[]) => parseRegionRequest(words).command;

test.each([
  [['status'], { kind: 'status' }],
  [
    ['evacuate', 'sa-east-1', '--reason', 'a fire'],
    { kind: 'evacuate', region: 'sa-east-1', lossDeclared: false, reason: 'a fire' },
  ],
  [
    ['evacuate', 'sa-east-1', '--declare-loss', '--successor', 'us-east-1', '--reason', 'a fire'],
    { kind: 'evacuate', region: 'sa-east-1', lossDeclared: true, reason: 'a fire', successor: 'us-east-1' },
  ],
  [['return', 'sa-east-1'], { kind: 'return', region: 'sa-east-1' }],
  [
    ['reopen', 'sa-east-1', '--declare-loss-of', 'us-east-1', '--reason', 'a flood'],
    { kind: 'reopen', region: 'sa-east-1', lost: 'us-east-1', reason: 'a flood' },
  ],
  [[], { kind: 'help' }],
  [['evacuate', '--help'], { kind: 'help' }],
])('npm run region -- %j', (words, expected) => {
  expect(commandOf(...words)).toEqual(expected);
});

test.each([
  [['evacuate'], 'which region? evacuate <region>'],
  [['evacuate', 'sa-east-1'], 'why? it is kept with the fence'],
  [['evacuate', 'sa-east-1', '--reason', ' '], 'why?'],
  [['evacuate', 'a', '--successor', 'a', '--reason', 'b'], 'a cannot take over from itself; expected another region'],
  [['evacuate', 'a', 'b', '--reason', 'c'], 'too much: b'],
  [['return'], 'which region? return <region>'],
  [['return', 'a', '--declare-loss'], 'return takes no --declare-loss'],
  [['return', 'a', '--declare-loss-of', 'b'], 'return takes no --declare-loss-of'],
  [['evacuate', 'a', '--reason', 'c', '--declare-loss-of', 'b'], 'evacuate takes no --declare-loss-of'],
  [['reopen'], 'which region? reopen <region>'],
  [['reopen', 'a', '--reason', 'b'], 'which region is lost? reopen <region> --declare-loss-of <other>'],
  [['reopen', 'a', '--declare-loss-of', 'a', '--reason', 'b'], 'expected another region after --declare-loss-of'],
  [['reopen', 'a', '--declare-loss-of', 'b'], 'why? it is kept with the fence'],
  [['reopen', 'a', '--declare-loss'], 'reopen takes no --declare-loss'],
  [['status', 'a'], 'too much: a'],
  [['status', '--reason', 'a'], 'status takes no --reason'],
  [['fail', 'a'], 'unknown command: fail a; expected status, evacuate, return or reopen'],
  [['status', '--stage', 'staging'], 'no stage staging; there are local, dev, prod'],
  [['status', '--loud'], "Unknown option '--loud'"],
])('npm run region -- %j is told what is wrong with it', (words, explanation) => {
  const command = commandOf(...words);

  expect(command).toMatchObject({ kind: 'mistake', explanation: expect.stringContaining(explanation) });
});

test('the stage is the local one unless another is named', () => {
  expect(parseRegionRequest(['status']).stage).toBe('local');
  expect(parseRegionRequest(['status', '--stage', 'prod']).stage).toBe('prod');
});
