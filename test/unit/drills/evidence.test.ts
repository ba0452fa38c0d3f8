import { chargeEvidenceFrom, pointsEvidenceFrom } from '../../../drills/exactly-once/read-evidence';

const openCase = (subject: string, caseStatus?: string) => ({
  pk: 'CASE#1',
  sk: 'CASE',
  itemType: 'CASE',
  caseId: '1',
  kind: 'message',
  context: 'payments',
  subject,
  reason: 'AttemptsExhausted',
  redriveFunction: 'charge:live',
  ...(caseStatus ? { caseStatus } : {}),
});

describe('evidence of charges', () => {
  const items = [
    { pk: 'payment/a', sk: 'ENTITY', kind: 'payment', version: 1, sequence: 1, state: { status: 'CHARGED' } },
    { pk: 'payment/other', sk: 'ENTITY', kind: 'payment', version: 1, sequence: 1, state: { status: 'CHARGED' } },
    {
      pk: 'payment/a',
      sk: 'OUTBOX#000000000001#sa-east-1',
      itemType: 'OUTBOX',
      subject: 'payment/a',
      events: [{ id: 'e', type: 'payments.PaymentCharged.v1', data: new Uint8Array(1) }],
    },
    { pk: 'INBOX#payments.charge#a/charge', sk: 'INBOX', outcome: {} },
    openCase('order/a', 'OPEN'),
    openCase('order/a'),
    openCase('order/other', 'OPEN'),
  ];

  const ordering = ['a', 'other'].map((id) => ({
    pk: `timeline/${id}`,
    sk: 'ENTITY',
    kind: 'timeline',
    state: { entries: [{ step: 'charge' }, { step: 'reserve' }] },
  }));

  it('is read from entities, outbox rows, markers and open cases of the own orders', () => {
    const { ledger: _, ...evidence } = chargeEvidenceFrom({ payments: items, ordering, ledger: [] }, new Set(['a']));
    expect(evidence).toEqual({
      payments: [{ orderId: 'a', status: 'CHARGED' }],
      events: [{ orderId: 'a', type: 'payments.PaymentCharged.v1' }],
      heardOf: ['a'],
      markers: ['a/charge'],
      openCases: ['order/a'],
    });
  });
});

describe('evidence of points', () => {
  it('is the sum of the credits of each of the own customers', () => {
    const credit = (orderId: string, customerId: string, points: number) => ({
      pk: `credit/${orderId}`,
      sk: 'ENTITY',
      kind: 'credit',
      state: { customerId, orderId, points },
    });
    const items = [credit('1', 'ada', 12), credit('2', 'ada', 3), credit('3', 'bob', 5), openCase('order/1', 'OPEN')];
    expect(pointsEvidenceFrom(items, new Set(['ada']), new Set(['1']))).toEqual({
      accounts: [{ customerId: 'ada', points: 15 }],
      openCases: ['order/1'],
    });
  });
});
