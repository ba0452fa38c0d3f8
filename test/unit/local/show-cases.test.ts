import type { ParkedCase } from '../../../local/operator/parked-cases';
import { caseDetails, caseTable } from '../../../local/operator/show-cases';

const parked: ParkedCase = {
  caseId: 'c-1',
  kind: 'message',
  context: 'payments',
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
  const other = { ...parked, caseId: 'c-234567', kind: 'outbox' };

  expect(caseTable([parked, other]).split('\n')).toEqual([
    'caseId    kind     context   subject  reason             openedAt',
    'c-1       message  payments  order/1  AttemptsExhausted  2026-11-23T08:00:00.000Z',
    'c-234567  outbox   payments  order/1  AttemptsExhausted  2026-11-23T08:00:00.000Z',
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
