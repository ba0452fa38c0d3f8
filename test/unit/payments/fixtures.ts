import type { ChargePaymentData } from '../../../lambdas/payments/charge-payment.contract';
import type { Payment } from '../../../lambdas/payments/payment';
import type { RefundPaymentData } from '../../../lambdas/payments/refund-payment.contract';
import type { Clock } from '../../../lambdas/shared/clock.port';
import type { Delivered } from '../../../lambdas/shared/envelope';
import {
  InMemoryContents,
  InMemoryEntityStore,
  type InMemoryEntityStoreOptions,
} from '../../../lambdas/shared/in-memory-entity-store.adapter';
import type { SagaReplies } from '../../../lambdas/shared/saga-replies.port';
import type { SagaStepRequest, StepOutcome } from '../../../lambdas/shared/saga-step.contract';

export const orderId = '7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b11';

export const clock: Clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };

/** A store of one region; stores of several over the same contents are replicas. */
export const paymentStore = (
  where: Partial<InMemoryEntityStoreOptions> = {},
  contents = new InMemoryContents<Payment>(),
): InMemoryEntityStore<Payment> =>
  new InMemoryEntityStore({ kind: 'payment', context: 'payments', region: 'sa-east-1', clock, ...where }, contents);

/** Types of the events that a store's outbox holds, in order. */
export const eventsOf = (store: InMemoryEntityStore<Payment>): readonly string[] =>
  store.outbox.flatMap((row) => row.events.map(({ type }) => type.replace(/^payments\.|\.v1$/g, '')));

/** The command as the order saga sends it. */
export const chargeCommand = (
  data: Partial<ChargePaymentData> = {},
  envelope: Partial<Delivered<ChargePaymentData>> = {},
): Delivered<ChargePaymentData> => ({
  specversion: '1.0',
  id: `${orderId}/charge`,
  source: '/tenfold/ordering',
  type: 'payments.ChargePayment.v1',
  time: '2026-11-23T08:00:00.000Z',
  subject: `order/${orderId}`,
  sequence: 2,
  correlationid: orderId,
  causationid: orderId,
  originregion: 'sa-east-1',
  tasktoken: 'task-1',
  receiveCount: 1,
  data: { orderId, totalMinor: 4200, currency: 'BRL', paymentMethod: 'pm_card', ...data },
  ...envelope,
});

/** The compensation as the order saga calls it. */
export const refundRequest = (): SagaStepRequest<RefundPaymentData> => ({
  sagaId: orderId,
  step: 'refund',
  execution: orderId,
  attempt: 0,
  data: { orderId, currency: 'BRL' },
});

/** Remembers what the saga was told. */
export class RecordingReplies implements SagaReplies {
  readonly succeeded: { readonly taskToken: string; readonly outcome: StepOutcome }[] = [];
  readonly failed: { readonly taskToken: string; readonly error: string; readonly cause: string }[] = [];

  async succeed(taskToken: string, outcome: StepOutcome): Promise<void> {
    this.succeeded.push({ taskToken, outcome });
  }

  async fail(taskToken: string, error: string, cause: string): Promise<void> {
    this.failed.push({ taskToken, error, cause });
  }
}
