import type { KeptMessage } from '../../../local/operator/kept-message';
import type { ParkedCase } from '../../../local/operator/parked-case';
import { caseDetails, caseTable } from '../../../local/operator/show-cases';

const parked: ParkedCase = {
  caseId: 'c-1',
  kind: 'message',
  context: 'payments',
  consumer: 'payments.charge',
  region: 'sa-east-1',
  subject: 'order/1',
  reason: 'AttemptsExhausted',
  explanation: 'the provider answered 503 five times',
  openedAt: '2026-11-23T08:00:00.000Z',
  count: 2,
  handled: 1,
  caseStatus: 'OPEN',
  redriveFunction: 'charge-payment:live',
};

test('cases are listed in columns', () => {
  const { consumer: _none, region: _nowhere, ...ofOrder } = { ...parked, caseId: 'c-234567', kind: 'step' };

  expect(caseTable([parked, ofOrder]).split('\n')).toEqual([
    'caseId    kind     context   consumer         region     subject  reason             openedAt',
    'c-1       message  payments  payments.charge  sa-east-1  order/1  AttemptsExhausted  2026-11-23T08:00:00.000Z',
    'c-234567  step     payments  -                -          order/1  AttemptsExhausted  2026-11-23T08:00:00.000Z',
  ]);
});

test('no case is no empty table', () => {
  expect(caseTable([])).toBe('no case is parked');
});

test('a case tells why it waits and what waits behind it, without what is handled already', () => {
  const text = caseDetails(parked, [
    { number: 1, attributes: { type: 'payments.ChargePayment.v1' } },
    { number: 2, attributes: { type: 'payments.RefundPayment.v1' } },
  ]);

  expect(text).toContain('state        open');
  expect(text).toContain('explanation  the provider answered 503 five times');
  expect(text).toContain('  2  type=payments.RefundPayment.v1');
  expect(text).not.toContain('ChargePayment');
});

test('a closed case tells how it was closed', () => {
  const { caseStatus: _open, ...closed } = parked;

  expect(caseDetails({ ...closed, closedAs: 'redriven', closedAt: '2026-11-23T09:00:00.000Z' }, [])).toContain(
    'closed 2026-11-23T09:00:00.000Z (redriven)',
  );
});

test('an explanation of several lines stays in its column', () => {
  const text = caseDetails({ ...parked, explanation: 'it failed\nit was parked' }, []);

  expect(text).toContain('explanation  it failed\n             it was parked\n');
});

describe('a message that was discarded', () => {
  const discarded = { at: '2026-11-23T09:00:00.000Z', by: 'arn:aws:iam::1:user/ada', reason: 'no JSON' };
  const messages: readonly KeptMessage[] = [
    { number: 1, attributes: {}, body: 'street\u001b[2J 5', discarded },
    { number: 2, attributes: { messageId: 'm-2' }, body: '{"name":"Ada"}' },
  ];

  it('stays in its case with who, when and why', () => {
    const { caseStatus: _open, ...closed } = parked;
    const text = caseDetails({ ...closed, handled: 2 }, messages);

    expect(text).toContain('discarded messages:\n  1  2026-11-23T09:00:00.000Z by arn:aws:iam::1:user/ada: no JSON');
    expect(text).not.toContain('waiting');
  });

  it('tells what it said, and no character of that steers the terminal', () => {
    const text = caseDetails(parked, messages);

    expect(text).toContain('  2  messageId=m-2\n     {"name":"Ada"}');
    expect(text).toContain('     street\\u001b[2J 5');
    expect(text).not.toContain('--bodies');
  });

  it('tells how to see what messages say when their bodies were not read', () => {
    const text = caseDetails(
      parked,
      messages.map(({ body: _body, ...rest }) => rest),
    );

    expect(text).toContain('--bodies shows what they say');
    expect(text).not.toContain('Ada');
  });
});
