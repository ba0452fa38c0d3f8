import { parseMigrateRequest } from '../../../local/operator/migrate-command';

const commandOf = (line: string) => parseMigrateRequest(line.split(' ').filter(Boolean)).command;

it.each([
  ['plan', { kind: 'plan' }],
  ['plan --for cutover', { kind: 'plan', step: 'cutover' }],
  ['status', { kind: 'status' }],
  ['backfill', { kind: 'backfill', writesPerSecond: 200 }],
  ['backfill --rate 25', { kind: 'backfill', writesPerSecond: 25 }],
  ['contract', { kind: 'contract' }],
  ['', { kind: 'help' }],
  ['contract --help', { kind: 'help' }],
])('understands "%s"', (line, command) => {
  expect(commandOf(line)).toEqual(command);
});

it.each([
  ['expand', 'unknown command: expand; expected plan, status, backfill or contract'],
  ['plan --for shrink', '--for shrink: expected expand, cutover, contract'],
  ['backfill --rate 0', '--rate 0: expected a whole number of writes a second from 1 to 4000'],
  ['backfill --rate fast', '--rate fast: expected a whole number of writes a second from 1 to 4000'],
  ['contract --rate 5', 'contract takes no --rate'],
  ['status --for cutover', 'status takes no --for'],
  ['plan now', 'too much: now'],
  ['plan --stage test', 'no stage test; there are local, dev, prod'],
])('says of "%s" what is wrong', (line, explanation) => {
  expect(commandOf(line)).toEqual({ kind: 'mistake', explanation });
});

it('is about the local stage unless told otherwise', () => {
  expect(parseMigrateRequest(['plan']).stage).toBe('local');
  expect(parseMigrateRequest(['plan', '--stage', 'prod']).stage).toBe('prod');
});
