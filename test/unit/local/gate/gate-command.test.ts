import { parseGateRequest } from '../../../../local/gate/gate-command';

it.each([
  [[], { kind: 'gate', json: false }],
  [['--json'], { kind: 'gate', json: true }],
  [['--stage', 'prod', '--against', 'v1'], { kind: 'gate', stage: 'prod', against: 'v1', json: false }],
  [['--help'], { kind: 'help' }],
])('understands %j', (words, request) => {
  expect(parseGateRequest(words)).toEqual(request);
});

it.each([
  [['--stage', 'test'], 'no stage test; there are local, dev, prod'],
  [['--against'], "Option '--against <value>' argument missing"],
  [['--force'], "Unknown option '--force'"],
])('says of %j what is wrong', (words, explanation) => {
  expect(parseGateRequest(words)).toEqual({ kind: 'mistake', explanation: expect.stringContaining(explanation) });
});
