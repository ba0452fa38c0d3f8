import type { Clock } from '../shared/clock.port';
import { deterministicId } from '../shared/deterministic-id';
import { DuplicateMessageError } from '../shared/entity-store.errors';
import type { EntityStore, InboxEntry } from '../shared/entity-store.port';
import type { Delivered } from '../shared/envelope';
import type { SagaReplies } from '../shared/saga-replies.port';
import type { StepOutcome } from '../shared/saga-step.contract';
import { untilFresh } from '../shared/until-fresh';
import type { ChargePaymentData } from './charge-payment.contract';
import { type HandledCharge, handledCharge } from './handled-charge';
import type { Payment } from './payment';
import { ContradictingChargeError } from './payment.errors';
import { chargeOutcome, decideCharge, paymentAfter } from './payment-charge';
import { paymentEvent } from './payment-events';
import { chargeKeyOf } from './payment-keys';
import type { PaymentProvider } from './payment-provider.port';

export interface ChargePaymentDeps {
  readonly payments: EntityStore<Payment>;
  readonly provider: PaymentProvider;
  readonly replies: SagaReplies;
  readonly clock: Clock;
}

type Command = Delivered<ChargePaymentData>;

// A digest, because the payload names a payment method, which no marker and no payment holds.
const fingerprintOf = ({ orderId, totalMinor, currency, paymentMethod }: ChargePaymentData): string =>
  deterministicId('charge-command', orderId, String(totalMinor), currency, paymentMethod);

const firstOutcome = ({ data }: Command, marker: unknown): StepOutcome => {
  const handled = handledCharge.parse(marker);
  if (handled.fingerprint !== fingerprintOf(data))
    throw new ContradictingChargeError(data.orderId, 'the same message id came with another payload');
  return handled.answer;
};

const charge = async ({ payments, provider, clock }: ChargePaymentDeps, command: Command): Promise<StepOutcome> => {
  const { id: messageId, data } = command;
  const { orderId, totalMinor: amountMinor, currency, paymentMethod } = data;
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
  const request = { chargeKey: chargeKeyOf(orderId), reference: orderId, amountMinor, currency, paymentMethod };
  const state = paymentAfter(await provider.charge(request), due, clock.now());
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
 * @throws ContradictingChargeError a different charge of the same order, or under the same message id, was handled before
 */
export const chargePayment =
  (deps: ChargePaymentDeps) =>
  async (command: Command): Promise<void> => {
    const outcome = await chargeOnce(deps, command);
    // Commands without a task token come from no saga: nobody waits for an answer.
    if (command.tasktoken !== undefined) await deps.replies.succeed(command.tasktoken, outcome);
  };
