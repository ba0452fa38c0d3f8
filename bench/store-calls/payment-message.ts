import { paymentChargedV1 } from '../../contracts/avro/events';
import type { Random } from '../../drills/harness/random';
import { type NewEvent, newEvent } from '../../lambdas/shared/event-contract';
import type { CallCounter } from './call-counter';

/** A payment to be recorded and told of, exactly once. */
export interface PaymentMessage {
  /** The message's own id; the same in every delivery. */
  readonly id: string;
  readonly orderId: string;
  readonly amountMinor: number;
}

/** Messages that are a function of the generator's seed. */
export const paymentMessages = (random: Random, count: number): PaymentMessage[] =>
  Array.from({ length: count }, () => ({
    id: random.uuid(),
    orderId: random.uuid(),
    amountMinor: random.integer(100, 100_000),
  }));

/** The event that tells of it. */
export const chargedEvent = ({ id, orderId, amountMinor }: PaymentMessage): NewEvent =>
  newEvent(paymentChargedV1, { orderId, amountMinor, currency: 'BRL', chargeId: id });

/** One way to have each message's effect exactly once. */
export interface ExactlyOnce {
  readonly counter: CallCounter;
  /** What the consumer does with a delivery. */
  handle(message: PaymentMessage): Promise<void>;
  /** What is left to do until all events are published. */
  publish(): Promise<void>;
  /** How many effects the table shows; a doubled one counts twice. */
  effects(): Promise<number>;
}
