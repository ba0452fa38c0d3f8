import { sealedOrderField } from '../../../lambdas/ordering/order-saga.contract';
import { chargePaymentCommand } from '../../../lambdas/payments/charge-payment.contract';
import { chargePayment } from '../../../lambdas/payments/charge-payment.use-case';
import type { Payment } from '../../../lambdas/payments/payment';
import { chargeKeyOf, refundKeyOf } from '../../../lambdas/payments/payment-keys';
import type { PaymentProvider } from '../../../lambdas/payments/payment-provider.port';
import { refundPayment } from '../../../lambdas/payments/refund-payment.use-case';
import { replyParked } from '../../../lambdas/payments/reply-parked.use-case';
import { InMemoryContents } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { ProviderUnavailableError } from '../../../lambdas/shared/provider.errors';
import { customerSeals } from '../shared/customer-seals';
import { InMemorySubjectKeys } from '../shared/in-memory-subject-keys';
import { twoRegions } from '../shared/two-regions';
import { chargeCommand, clock, eventsOf, orderId, paymentStore, RecordingReplies, refundRequest } from './fixtures';
import { InMemoryPaymentProvider } from './in-memory-payment-provider';

const world = (wrap: (provider: InMemoryPaymentProvider) => PaymentProvider = (provider) => provider) => {
  const money = new InMemoryPaymentProvider();
  const [payments, replies, provider] = [paymentStore(), new RecordingReplies(), wrap(money)];
  const charge = chargePayment({ payments, provider, open, replies, clock });
  const refund = refundPayment({ payments, provider, clock });
  return { money, payments, replies, charge, refund };
};

const { open } = customerSeals();

describe('a sealed payment method', () => {
  const customerId = 'customer-42';
  const sealedCommand = async (seals = customerSeals()) => {
    const field = sealedOrderField(orderId, 'paymentMethod');
    return chargeCommand({ customerId, paymentMethod: await seals.seal({ customerId, field }, 'pm_card') });
  };
  const chargeWith = ({ open: opener }: ReturnType<typeof customerSeals>, money = new InMemoryPaymentProvider()) => {
    const [payments, replies] = [paymentStore(), new RecordingReplies()];
    const charge = chargePayment({ payments, provider: money, open: opener, replies, clock });
    return { money, payments, replies, charge };
  };

  it('is opened for the provider, and nothing of it is stored', async () => {
    const seals = customerSeals();
    const { money, payments, charge } = chargeWith(seals);

    await charge(await sealedCommand(seals));

    expect(money.movements).toEqual([{ kind: 'charge', reference: orderId, amountMinor: 4200 }]);
    expect(JSON.stringify([await payments.find(orderId), payments.outbox])).not.toMatch(/pm_card|sealed:/);
  });

  it('is the same command when another region has sealed it', async () => {
    const keys = new InMemorySubjectKeys();
    const [here, there] = [customerSeals(keys), customerSeals(keys.in('us-east-1'), 'us-east-1')];
    const { money, replies, charge } = chargeWith(here);

    await charge(await sealedCommand(here));
    await charge(await sealedCommand(there));

    expect(money.movements).toHaveLength(1);
    expect(replies.succeeded.map(({ outcome }) => outcome.outcome)).toEqual(['done', 'done']);
  });

  it('declines the order when its customer was erased, and voids what an earlier try may have charged', async () => {
    const seals = customerSeals();
    const { money, payments, replies, charge } = chargeWith(seals);
    const command = await sealedCommand(seals);
    // Charged by a try that has left nothing in our table.
    const request = { reference: orderId, amountMinor: 4200, currency: 'BRL', paymentMethod: 'pm_card' };
    await money.charge({ ...request, chargeKey: chargeKeyOf(orderId) });
    await seals.erase(customerId);

    await charge(command);

    expect(money.movements.map(({ kind }) => kind)).toEqual(['charge', 'refund']);
    expect((await payments.find(orderId))?.state).toMatchObject({ status: 'DECLINED', reason: 'erased' });
    expect(replies.succeeded[0]?.outcome).toEqual({ outcome: 'refused', reason: 'erased' });
  });

  it('fails while its key has not come, and when it was sealed for another order', async () => {
    const { charge } = chargeWith(customerSeals(new InMemorySubjectKeys('us-east-1')));
    await expect(charge(await sealedCommand())).rejects.toMatchObject({ name: 'SubjectKeyMissingError' });

    const seals = customerSeals();
    const field = sealedOrderField('another order', 'paymentMethod');
    const moved = chargeCommand({ customerId, paymentMethod: await seals.seal({ customerId, field }, 'pm_card') });
    await expect(chargeWith(seals).charge(moved)).rejects.toMatchObject({ name: 'SealBrokenError' });
  });
});

const unavailable = () => Promise.reject(new ProviderUnavailableError('no answer'));

describe('charging an order', () => {
  it('charges, records and answers the saga', async () => {
    const { money, payments, replies, charge } = world();

    await charge(chargeCommand());

    expect(money.movements).toEqual([{ kind: 'charge', reference: orderId, amountMinor: 4200 }]);
    expect((await payments.find(orderId))?.state).toMatchObject({
      status: 'CHARGED',
      amountMinor: 4200,
      currency: 'BRL',
    });
    expect(eventsOf(payments)).toEqual(['PaymentCharged']);
    expect(replies.succeeded).toEqual([
      { taskToken: 'task-1', outcome: { outcome: 'done', detail: { chargeId: `ch_${chargeKeyOf(orderId)}` } } },
    ]);
  });

  it('answers a redelivered command with the first outcome, also to another task token', async () => {
    const { money, replies, payments, charge } = world();
    await charge(chargeCommand());

    await charge(chargeCommand({}, { tasktoken: 'task-2', receiveCount: 2 }));

    expect(money.movements).toHaveLength(1);
    expect(eventsOf(payments)).toEqual(['PaymentCharged']);
    expect(replies.succeeded.map(({ taskToken }) => taskToken)).toEqual(['task-1', 'task-2']);
    expect(replies.succeeded[1]?.outcome).toEqual(replies.succeeded[0]?.outcome);
  });

  it('refuses on a declined card, and answers a redelivery alike', async () => {
    const { money, payments, replies, charge } = world();

    await charge(chargeCommand({ paymentMethod: 'pm_declined' }));
    await charge(chargeCommand({ paymentMethod: 'pm_declined' }));

    expect(money.movements).toEqual([]);
    expect(eventsOf(payments)).toEqual(['PaymentDeclined']);
    const refused = { taskToken: 'task-1', outcome: { outcome: 'refused', reason: 'payment-declined' } };
    expect(replies.succeeded).toEqual([refused, refused]);
  });

  it('handles a command that no saga waits for', async () => {
    const { money, replies, charge } = world();

    await charge(chargeCommand({}, { tasktoken: undefined }));

    expect(money.movements).toHaveLength(1);
    expect(replies.succeeded).toEqual([]);
  });

  it('refuses the same message id with another payload instead of acknowledging it', async () => {
    const { money, charge } = world();
    await charge(chargeCommand());

    const other = charge(chargeCommand({ totalMinor: 1 }));

    await expect(other).rejects.toMatchObject({ name: 'ContradictingChargeError', orderId });
    expect(money.movements).toHaveLength(1);
  });

  it('refuses another message that wants the same order charged with another amount', async () => {
    const { money, charge } = world();
    await charge(chargeCommand());

    const other = charge(chargeCommand({ totalMinor: 1 }, { id: 'another-message' }));

    await expect(other).rejects.toMatchObject({ name: 'ContradictingChargeError' });
    expect(money.movements).toHaveLength(1);
  });

  it('guesses nothing when the provider does not answer: it throws, and answers nobody', async () => {
    const { payments, replies, charge } = world(() => ({ charge: unavailable, void: unavailable }));

    await expect(charge(chargeCommand())).rejects.toMatchObject({ name: 'ProviderUnavailableError' });

    expect(await payments.find(orderId)).toBeUndefined();
    expect(replies.succeeded).toEqual([]);
  });

  it('makes one charge when the answer to the first try was lost', async () => {
    let calls = 0;
    const { money, charge } = world((provider) => ({
      void: (request) => provider.void(request),
      charge: async (request) => {
        const answer = await provider.charge(request);
        calls += 1;
        return calls === 1 ? unavailable() : answer;
      },
    }));
    await expect(charge(chargeCommand())).rejects.toThrow();

    await charge(chargeCommand({}, { receiveCount: 2 }));

    expect(money.movements).toHaveLength(1);
  });

  it('stores neither the payment method nor anything derived from it alone', async () => {
    const { payments, charge } = world();

    await charge(chargeCommand());

    const { stored, handled } = await payments.findFor(orderId, `${orderId}/charge`);
    expect(JSON.stringify([stored, handled, payments.outbox])).not.toContain('pm_card');
  });

  it('takes of the saga payload only what it needs', () => {
    const { data } = chargeCommand({ customerId: 'c' });

    expect(chargePaymentCommand.parse({ ...data, shipTo: { street: 'Rua 1' }, metadata: {} })).toEqual(data);
  });

  it('names what it takes, so that the saga sends nothing else', () => {
    expect(chargePaymentCommand.fields).toEqual([
      ...['orderId', 'totalMinor', 'currency', 'paymentMethod', 'customerId'],
    ]);
  });

  it('tells the saga at once that its command was parked', async () => {
    const replies = new RecordingReplies();

    await replyParked({ replies })({ caseId: 'case-1', reason: 'AttemptsExhausted', message: chargeCommand() });
    await replyParked({ replies })({ caseId: 'case-1', reason: 'Unreadable' });

    expect(replies.failed).toEqual([
      { taskToken: 'task-1', error: 'Parked', cause: expect.stringContaining('case-1') },
    ]);
  });
});

describe('refunding an order', () => {
  it('gives a charge back once', async () => {
    const { money, payments, charge, refund } = world();
    await charge(chargeCommand());

    expect(await refund(refundRequest())).toEqual({ outcome: 'done', detail: { refundedMinor: 4200 } });
    await refund(refundRequest());

    expect(money.movements.map(({ kind }) => kind)).toEqual(['charge', 'refund']);
    expect(eventsOf(payments)).toEqual(['PaymentCharged', 'PaymentRefunded']);
  });

  it('wins when it comes before its charge: the late charge takes no money', async () => {
    const { money, payments, replies, charge, refund } = world();

    await refund(refundRequest());
    await charge(chargeCommand());

    expect(money.movements).toEqual([]);
    expect(replies.succeeded).toEqual([
      { taskToken: 'task-1', outcome: { outcome: 'refused', reason: 'compensated-first' } },
    ]);
    expect((await payments.find(orderId))?.state).toMatchObject({ status: 'REFUNDED', refundedMinor: 0 });
  });

  it('bars its charge before the provider has answered: a charge that was parked takes no money when it is re-driven', async () => {
    let down = true;
    const { money, payments, replies, charge, refund } = world((provider) => ({
      charge: (request) => (down ? unavailable() : provider.charge(request)),
      void: (request) => (down ? unavailable() : provider.void(request)),
    }));
    await expect(charge(chargeCommand())).rejects.toThrow('no answer');
    await expect(refund(refundRequest())).rejects.toThrow('no answer');
    down = false;

    await charge(chargeCommand());

    expect(money.movements).toEqual([]);
    expect(replies.succeeded).toEqual([
      { taskToken: 'task-1', outcome: { outcome: 'refused', reason: 'compensated-first' } },
    ]);
    expect((await payments.find(orderId))?.state).toMatchObject({ status: 'VOIDING' });
    expect(await refund(refundRequest())).toEqual({ outcome: 'done', detail: { refundedMinor: 0 } });
    expect((await payments.find(orderId))?.state).toMatchObject({ status: 'REFUNDED', refundedMinor: 0 });
  });

  it('says that money went back only once it did', async () => {
    let down = true;
    const { payments, charge, refund } = world((provider) => ({
      charge: (request) => provider.charge(request),
      void: (request) => (down ? unavailable() : provider.void(request)),
    }));
    await charge(chargeCommand());
    await expect(refund(refundRequest())).rejects.toThrow('no answer');
    expect(eventsOf(payments)).toEqual(['PaymentCharged']);
    down = false;

    await refund(refundRequest());

    expect(eventsOf(payments)).toEqual(['PaymentCharged', 'PaymentRefunded']);
  });

  it('writes twice, and only once when it tries again; a charge writes once', async () => {
    const { money, payments } = world();
    const written: string[] = [];
    const counting: typeof payments = Object.assign(Object.create(payments), {
      commit: async (change: Parameters<typeof payments.commit>[0]) => {
        written.push(change.state.status);
        return payments.commit(change);
      },
    });
    let down = true;
    const provider: PaymentProvider = {
      charge: (request) => money.charge(request),
      void: (request) => (down ? unavailable() : money.void(request)),
    };
    const refund = refundPayment({ payments: counting, provider, clock });
    await chargePayment({ payments: counting, provider, open, replies: new RecordingReplies(), clock })(
      chargeCommand(),
    );
    await expect(refund(refundRequest())).rejects.toThrow('no answer');
    await expect(refund(refundRequest())).rejects.toThrow('no answer');
    down = false;
    await refund(refundRequest());

    expect(written).toEqual(['CHARGED', 'VOIDING', 'REFUNDED']);
  });

  it('gives back a charge that we know nothing of', async () => {
    const { money, payments, refund } = world();
    const request = { reference: orderId, amountMinor: 4200, currency: 'BRL', paymentMethod: 'pm_card' };
    await money.charge({ ...request, chargeKey: chargeKeyOf(orderId) });

    expect(await refund(refundRequest())).toEqual({ outcome: 'done', detail: { refundedMinor: 4200 } });

    expect(money.movements.map(({ kind }) => kind)).toEqual(['charge', 'refund']);
    expect(eventsOf(payments)).toEqual(['PaymentRefunded']);
  });

  it('has nothing to do after a decline', async () => {
    const { payments, charge, refund } = world();
    await charge(chargeCommand({ paymentMethod: 'pm_declined' }));

    expect(await refund(refundRequest())).toEqual({ outcome: 'done', detail: { refundedMinor: 0 } });
    expect(eventsOf(payments)).toEqual(['PaymentDeclined']);
  });

  it('records no refund when the provider gave back another amount than was charged', async () => {
    const { payments, charge, refund } = world((provider) => ({
      charge: (request) => provider.charge(request),
      void: async () => ({ refundedMinor: 1 }),
    }));
    await charge(chargeCommand());

    for (const _ of ['first', 'again'])
      await expect(refund(refundRequest())).rejects.toMatchObject({ name: 'IncompleteRefundError', refundedMinor: 1 });
    expect((await payments.find(orderId))?.state).toMatchObject({ status: 'VOIDING', charged: { amountMinor: 4200 } });
    expect(eventsOf(payments)).toEqual(['PaymentCharged']);
  });

  it('uses other keys for charge and refund, the same ones in every region', () => {
    expect(chargeKeyOf(orderId)).not.toBe(refundKeyOf(orderId));
    expect(chargeKeyOf(orderId)).toBe(chargeKeyOf(orderId));
  });
});

describe('the payment of an order whose region was evacuated', () => {
  const inTwoRegions = () => {
    const { here, there, ...regions } = twoRegions();
    const [money, replies, contents] = [
      new InMemoryPaymentProvider(),
      new RecordingReplies(),
      new InMemoryContents<Payment>(),
    ];
    const service = (where: typeof here) => {
      const deps = { payments: paymentStore(where, contents), provider: money, open, replies, clock };
      return { charge: chargePayment(deps), refund: refundPayment(deps) };
    };
    return { money, replies, contents, here: service(here), there: service(there), ...regions };
  };

  it('is not charged again by the successor, which is told the first outcome', async () => {
    const { money, replies, here, there, evacuate } = inTwoRegions();
    await here.charge(chargeCommand());
    evacuate();

    await there.charge(chargeCommand({}, { tasktoken: 'task-there' }));

    expect(money.movements).toHaveLength(1);
    expect(replies.succeeded[1]).toMatchObject({ taskToken: 'task-there', outcome: { outcome: 'done' } });
  });

  it.each([
    ['the same command', chargeCommand()],
    ['a command of its own', chargeCommand({}, { id: 'another-message' })],
  ])('cannot be refunded by the old region once the successor relies on it, whether by %s', async (_name, command) => {
    const { money, contents, here, there, evacuate, letBackIn } = inTwoRegions();
    await here.charge(chargeCommand());
    evacuate();
    await there.charge(command);
    letBackIn();

    await expect(here.refund(refundRequest())).rejects.toMatchObject({
      name: 'ForeignHomeError',
      homeRegion: 'us-east-1',
    });

    expect(money.movements).toHaveLength(1);
    expect(contents.entities.get(orderId)).toMatchObject({ homeRegion: 'us-east-1', state: { status: 'CHARGED' } });
  });

  it('is refunded by the successor when that undoes the order', async () => {
    const { money, here, there, evacuate } = inTwoRegions();
    await here.charge(chargeCommand());
    evacuate();

    await there.refund(refundRequest());

    expect(money.movements.map(({ kind }) => kind)).toEqual(['charge', 'refund']);
  });
});
