import { parseReleaseRequest } from '../../../../local/release/release-command';

const commandOf = (...words: readonly string[]) => parseReleaseRequest(words).command;

test.each([
  [[], { kind: 'help' }],
  [['promote', '--help'], { kind: 'help' }],
  [['plan'], { kind: 'plan' }],
  [['status'], { kind: 'status' }],
  [['promote'], { kind: 'promote', despiteAlarms: false }],
  [['promote', '--despite-alarms'], { kind: 'promote', despiteAlarms: true }],
  [['promote', '--back', 'us-east-1', '--despite-alarms'], { kind: 'promote', despiteAlarms: true, back: 'us-east-1' }],
  [['abort', '--reason', 'wrong prices'], { kind: 'abort', reason: 'wrong prices' }],
  [
    ['deploy', 'us-east-1', '--train', 'e-1'],
    { kind: 'promote', despiteAlarms: false, step: { kind: 'deploy', wave: 'us-east-1' }, train: 'e-1' },
  ],
  [
    ['bake', 'us-east-1', '--train', 'e-1', '--revision', 'c1'],
    { kind: 'promote', despiteAlarms: false, step: { kind: 'bake', wave: 'us-east-1' }, train: 'e-1', revision: 'c1' },
  ],
])('npm run release -- %j', (words, expected) => {
  expect(commandOf(...words)).toEqual(expected);
});

test('is about the local stage unless told otherwise, and synthesizes it unless it is given', () => {
  expect(parseReleaseRequest(['plan'])).toMatchObject({ stage: 'local' });
  expect(parseReleaseRequest(['plan', '--stage', 'prod', '--assembly', 'cdk.out'])).toMatchObject({
    stage: 'prod',
    assembly: 'cdk.out',
  });
});

test.each([
  [['begin'], 'unknown command: begin; expected plan, status, promote, abort, deploy, bake'],
  [['plan', 'us-east-1'], 'too much: us-east-1'],
  [['plan', '--reason', 'x'], 'plan takes no --reason'],
  [['promote', '--train', 'x'], 'promote takes no --train'],
  [['deploy', 'us-east-1', '--back', 'x', '--train', 'y'], 'deploy takes no --back'],
  [['abort'], 'why? it is kept with the train'],
  [['abort', '--reason', ' '], 'why?'],
  [['deploy', '--train', 'x'], 'which wave? deploy <wave>'],
  [['bake', 'us-east-1'], 'whose step is it? bake us-east-1 --train <id>'],
  [['bake', 'us-east-1', 'sa-east-1', '--train', 'x'], 'too much: sa-east-1'],
  [['plan', '--stage', 'test'], 'no stage test; there are local, dev, prod'],
  [['plan', '--fast'], '--fast'],
])('npm run release -- %j is a mistake', (words, explanation) => {
  expect(commandOf(...words)).toEqual({ kind: 'mistake', explanation: expect.stringContaining(explanation) });
});
