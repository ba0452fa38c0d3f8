import { parseOpsRequest } from '../../../local/operator/ops-command';

const commandOf = (line: string) => parseOpsRequest(line.split(' ').filter((word) => word !== '')).command;

test.each([
  ['cases list', { kind: 'list-cases' }],
  ['cases show 42', { kind: 'show-case', caseId: '42' }],
  ['cases redrive 42', { kind: 'redrive-case', caseId: '42' }],
  ['catalogue load', { kind: 'load-catalogue' }],
  ['catalogue load prices.json', { kind: 'load-catalogue', file: 'prices.json' }],
  ['', { kind: 'help' }],
  ['cases list --help', { kind: 'help' }],
])('npm run ops -- %s', (line, expected) => {
  expect(commandOf(line)).toEqual(expected);
});

test.each([
  ['cases', 'unknown command: cases'],
  ['cases shwo 42', 'unknown command: cases shwo 42'],
  ['cases show', 'which case? cases show <id>'],
  ['cases redrive', 'which case? cases redrive <id>'],
  ['cases redrive 42 43', 'too much: 43'],
  ['cases list 42', 'too much: 42'],
  ['cases list --stge prod', '--stge'],
])('a mistake is explained: npm run ops -- %s', (line, explanation) => {
  expect(commandOf(line)).toEqual({ kind: 'mistake', explanation: expect.stringContaining(explanation) });
});

test('the local stage is meant unless another one is named', () => {
  expect(parseOpsRequest(['cases', 'list']).stage).toBe('local');
  expect(parseOpsRequest(['cases', 'list', '--stage', 'prod', '--region', 'us-east-1'])).toEqual({
    command: { kind: 'list-cases' },
    stage: 'prod',
    region: 'us-east-1',
  });
});
