import { paymentMethod as anyPaymentMethod, sealedOrderField } from '../ordering/order-saga.contract';
import type { Clock } from '../shared/clock.port';
import { deterministicId } from '../shared/deterministic-id';
import { DuplicateMessageError } from '../shared/entity-store.errors';
import type { EntityStore, InboxEntry } from '../shared/entity-store.port';
import type { Delivered } from '../shared/envelope';
import type { SagaReplies } from '../shared/saga-replies.port';
import type { StepOutcome } from '../shared/saga-step.contract';
import { isSealed } from '../shared/sealed';
import { SubjectErasedError } from '../shared/sealed.errors';
import type { FieldOpener } from '../shared/subject-seals';
import { untilFresh } from '../shared/until-fresh';
import type { ChargePaymentData } from './charge-payment.contract';
import { type HandledCharge, handledCharge } from './handled-charge';
import type { Payment } from './payment';
import { ContradictingChargeError } from './payment.errors';
import { type AmountDue, chargeOutcome, decideCharge, paymentAfter } from './payment-charge';
import { paymentEvent } from './payment-events';
import { chargeKeyOf, refundKeyOf } from './payment-keys';
import type { ChargeAnswer, PaymentProvider } from './payment-provider.port';

export interface ChargePaymentDeps {
  readonly payments: EntityStore<Payment>;
  readonly provider: PaymentProvider;
  readonly open: FieldOpener;
  readonly replies: SagaReplies;
  readonly clock: Clock;
}

type Command = Delivered<ChargePaymentData>;

// A digest, because the payload may name a payment method in the open, which no marker and no payment holds. What is sealed is left out: two
// regions that take the same request seal it differently, and its place is bound to the order anyway.
const fingerprintOf = ({ orderId, totalMinor, currency, paymentMethod }: ChargePaymentData): string =>
  deterministicId(
    ...['charge-command', orderId, String(totalMinor), currency],
    ...(isSealed(paymentMethod) ? [] : [paymentMethod]),
  );

const firstOutcome = ({ data }: Command, marker: unknown): StepOutcome => {
  const handled = handledCharge.parse(marker);
  if (handled.fingerprint !== fingerprintOf(data))
    throw new ContradictingChargeError(data.orderId, 'the same message id came with another payload');
  return handled.answer;
};

/**
 * Asks the provider for the charge, by a payment method that is opened for this call alone. When the customer's data were erased there is none
 * any more: an earlier try may have charged without our knowing, so the charge is voided, and the order declined.
 */
const askProvider = async (
  { provider, open }: Pick<ChargePaymentDeps, 'provider' | 'open'>,
  { orderId, customerId = '', paymentMethod: sealable }: ChargePaymentData,
  due: AmountDue,
): Promise<ChargeAnswer> => {
  const [chargeKey, reference] = [chargeKeyOf(orderId), orderId];
  try {
    const field = sealedOrderField(orderId, 'paymentMethod');
    const paymentMethod = await open({ customerId, field }, sealable, anyPaymentMethod);
    return await provider.charge({ chargeKey, reference, ...due, paymentMethod });
  } catch (error) {
    if (!(error instanceof SubjectErasedError)) throw error;
    await provider.void({ chargeKey, voidKey: refundKeyOf(orderId), reference });
    return { kind: 'declined', reason: 'erased' };
  }
};

const charge = async ({ payments, clock, ...outside }: ChargePaymentDeps, command: Command): Promise<StepOutcome> => {
  const { id: messageId, data } = command;
  const { orderId, totalMinor: amountMinor, currency } = data;
  const { correlationid, traceparent } = command;
  const cause = { correlationId: correlationid, causationId: messageId, ...(traceparent && { traceparent }) };
  const { stored: found, handled } = await payments.findFor(orderId, messageId);
  // Before the provider is asked, and also when it need not be: from now on only the region that runs the saga may refund this.
  const stored = await payments.claim(orderId, found, cause);
  if (handled) return firstOutcome(command, handled.outcome);
  const due = { amountMinor, currency };
  const decision = decideCharge(stored?.state, due);
  if (decision.kind === 'answer') return decision.outcome;
  if (decision.kind === 'contradiction') {
    const { charged } = decision;
    const explanation = `${amountMinor} ${currency} asked for, but ${charged.amountMinor} ${charged.currency} charged`;
    throw new ContradictingChargeError(orderId, explanation);
  }
  const state = paymentAfter(await askProvider(outside, data, due), due, clock.now());
  const answer = chargeOutcome(state);
  const outcome: HandledCharge = { fingerprint: fingerprintOf(data), answer };
  const message: InboxEntry = { messageId, outcome };
  const events = [paymentEvent(orderId, state)];
  await payments.commit({ id: orderId, basedOn: stored, state, events, cause, message });
  return answer;
};

const chargeOnce = async (deps: ChargePaymentDeps, command: Command): Promise<StepOutcome> => {
  try {
    return await untilFresh(() => charge(deps, command));
  } catch (error) {
    if (error instanceof DuplicateMessageError) return firstOutcome(command, error.outcome);
    throw error;
  }
};

/**
 * Charges an order once and answers its saga; a redelivered command is answered with the stored outcome. The provider
 * is called before the one write: when the write is lost, the next delivery asks for the same charge under the same key.
 * @throws ProviderUnavailableError the charge may or may not have happened; the queue delivers the command again
 * @throws SubjectKeyMissingError the key that sealed the payment method is not here yet; the queue delivers the command again
 * @throws SealBrokenError the payment method is not the one that was sealed; the command is parked
 * @throws ContradictingChargeError a different charge of the same order, or under the same message id, was handled before
 */
export const chargePayment =
  (deps: ChargePaymentDeps) =>
  async (command: Command): Promise<void> => {
    const outcome = await chargeOnce(deps, command);
    // Commands without a task token come from no saga: nobody waits for an answer.
    if (command.tasktoken !== undefined) await deps.replies.succeed(command.tasktoken, outcome);
  };
