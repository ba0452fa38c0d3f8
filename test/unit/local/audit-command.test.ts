import { AUDIT_USAGE, parseAuditRequest } from '../../../local/audit/audit-command';

describe('npm run audit', () => {
  it.each([
    ['verify', { kind: 'verify' }],
    ['verify --from 2026-11-26T20 --to 2026-11-26T21', { kind: 'verify', from: '2026-11-26T20', to: '2026-11-26T21' }],
    ['verify --from 2026-11-26 --to 2026-11-26', { kind: 'verify', from: '2026-11-26', to: '2026-11-26T23' }],
    ['verify --copies-of sa-east-1', { kind: 'verify', copiesOf: 'sa-east-1' }],
    ['hold class=access/year=2026/', { kind: 'hold', what: 'class=access/year=2026/' }],
    ['release class=access/year=2026/', { kind: 'release', what: 'class=access/year=2026/' }],
    ['erase --subject customer-42', { kind: 'erase', customerId: 'customer-42' }],
    ['', { kind: 'help' }],
    ['verify --help', { kind: 'help' }],
  ])('understands "%s"', (line, command) => {
    expect(parseAuditRequest(line.split(' ').filter((word) => word !== ''))).toEqual({ stage: 'local', command });
  });

  it.each([
    ['verify --from yesterday', '--from is yesterday, expected an hour such as 2026-11-26T20, or a day'],
    ['verify all', 'what is all? verify takes --from and --to'],
    ['erase', 'erase whom? --subject takes the id of a customer'],
    ['erase customer-42', 'what is customer-42? erase takes --subject'],
    ['verify --subject customer-42', '--subject is for erase, and not for verify'],
    ['hold a --copies-of sa-east-1', '--copies-of goes with verify'],
    ['hold', 'hold what? a prefix of keys, or the id of a record'],
    ['hold a b', 'what is b? hold takes one word'],
    ['release a --from 2026-11-26', 'release takes neither --from nor --to'],
    ['forget', 'what is forget? expected verify, hold, release, search, export or erase'],
    ['verify --stage moon', '--stage is moon, expected one of local, dev, prod'],
  ])('says what is wrong with "%s"', (line, explanation) => {
    expect(parseAuditRequest(line.split(' ')).command).toEqual({ kind: 'mistake', explanation });
  });

  it('takes a stage and a region, and says so in its usage', () => {
    expect(parseAuditRequest(['verify', '--stage', 'prod', '--region', 'us-east-1'])).toEqual({
      stage: 'prod',
      region: 'us-east-1',
      command: { kind: 'verify' },
    });
    expect(AUDIT_USAGE).toContain('[--stage local|dev|prod] [--region <region>]');
  });
});
