import { parseOpsRequest } from '../../../local/operator/ops-command';

const commandOf = (line: string) => parseOpsRequest(line.split(' ').filter((word) => word !== '')).command;

test.each([
  ['cases list', { kind: 'list-cases' }],
  ['cases show 42', { kind: 'show-case', caseId: '42', bodies: false }],
  ['cases show 42 --bodies', { kind: 'show-case', caseId: '42', bodies: true }],
  ['cases redrive 42', { kind: 'redrive-case', caseId: '42' }],
  ['cases redrive --all', { kind: 'redrive-all', filter: {} }],
  [
    'cases redrive --all --consumer payments.charge --kind message',
    { kind: 'redrive-all', filter: { consumer: 'payments.charge', kind: 'message' } },
  ],
  [
    'cases discard 42 --message 3 --reason contradicts',
    { kind: 'discard-message', caseId: '42', number: 3, reason: 'contradicts' },
  ],
  ['catalogue load', { kind: 'load-catalogue' }],
  ['catalogue load prices.json', { kind: 'load-catalogue', file: 'prices.json' }],
  ['', { kind: 'help' }],
  ['cases list --help', { kind: 'help' }],
])('npm run ops -- %s', (line, expected) => {
  expect(commandOf(line)).toEqual(expected);
});

test.each([
  ['cases list --stage staging', 'no stage staging; there are local, dev, prod'],
  ['cases', 'unknown command: cases'],
  ['cases shwo 42', 'unknown command: cases shwo 42'],
  ['cases show', 'which case? cases show <id>'],
  ['cases redrive', 'which case? cases redrive <id>, or cases redrive --all'],
  ['cases redrive 42 --all', 'either one case or all of them'],
  ['cases redrive 42 --kind message', '--consumer and --kind go with --all'],
  ['cases redrive --all --kind mesage', 'no kind of case: mesage; there are message, outbox, compensation, step'],
  ['cases list --all', 'cases list takes no --all'],
  ['cases discard', 'which case?'],
  ['cases discard 42 --reason contradicts', 'which message? "cases show 42" numbers them'],
  ['cases discard 42 --message 0 --reason contradicts', 'no number of a message: 0; expected 1, 2, 3'],
  ['cases discard 42 --message first --reason contradicts', 'no number of a message: first'],
  ['cases discard 42 --message 1', 'why? it is kept with the message'],
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
