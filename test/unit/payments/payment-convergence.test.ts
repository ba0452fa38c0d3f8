import fc, { type Scheduler } from 'fast-check';
import { chargePayment } from '../../../lambdas/payments/charge-payment.use-case';
import type { Payment } from '../../../lambdas/payments/payment';
import type { PaymentProvider } from '../../../lambdas/payments/payment-provider.port';
import { refundPayment } from '../../../lambdas/payments/refund-payment.use-case';
import type { EntityStore } from '../../../lambdas/shared/entity-store.port';
import { ProviderUnavailableError } from '../../../lambdas/shared/provider.errors';
import type { SagaReplies } from '../../../lambdas/shared/saga-replies.port';
import { customerSeals } from '../shared/customer-seals';
import { chargeCommand, clock, eventsOf, orderId, paymentStore, RecordingReplies, refundRequest } from './fixtures';
import { InMemoryPaymentProvider } from './in-memory-payment-provider';

const { open } = customerSeals();

/** What happens to one call of a port: it works, the process dies before or after it, or it works after the caller gave up. */
const mishap = fc.constantFrom('none', 'none', 'none', 'before', 'after', 'late' as const);
type Mishap = 'none' | 'before' | 'after' | 'late';

/** Lets the scheduler order the calls of all ports of all actors, and makes them fail as told. */
const unreliable = (scheduler: Scheduler, mishaps: Mishap[]) => {
  const call = async <T>(label: string, work: () => Promise<T>): Promise<T> => {
    const fate = mishaps.shift() ?? 'none';
    await scheduler.schedule(Promise.resolve(), label);
    if (fate === 'before') throw new ProviderUnavailableError(`${label}: died before`);
    if (fate === 'late') {
      void scheduler
        .schedule(Promise.resolve(), `${label}, late`)
        .then(work, () => undefined)
        .catch(() => undefined);
      throw new ProviderUnavailableError(`${label}: gave up`);
    }
    const result = await work();
    if (fate === 'after') throw new ProviderUnavailableError(`${label}: died after`);
    return result;
  };
  const provider = (inner: PaymentProvider): PaymentProvider => ({
    charge: (request) => call('charge', () => inner.charge(request)),
    void: (request) => call('void', () => inner.void(request)),
  });
  const store = (inner: EntityStore<Payment>): EntityStore<Payment> => ({
    find: (id) => call('find', () => inner.find(id)),
    findFor: (id, messageId) => call('findFor', () => inner.findFor(id, messageId)),
    commit: (change) => call('commit', () => inner.commit(change)),
    claim: (id, stored, cause) => inner.claim(id, stored, cause),
  });
  const replies = (inner: SagaReplies): SagaReplies => ({
    succeed: (token, outcome) => call('reply', () => inner.succeed(token, outcome)),
    fail: (token, error, cause) => call('reply', () => inner.fail(token, error, cause)),
  });
  return { provider, store, replies };
};

/** Every change of a payment that may happen, once: `none` is a payment that was never heard of. */
const transitions: Readonly<Record<string, readonly string[]>> = {
  none: ['CHARGED', 'DECLINED', 'VOIDING', 'REFUNDED'],
  CHARGED: ['VOIDING'],
  DECLINED: [],
  VOIDING: ['REFUNDED'],
  REFUNDED: [],
};

describe('a payment', () => {
  it('follows the table of transitions, and is never charged after its refund has begun, whoever is down for however long', async () => {
    const happening = fc.constantFrom('charge', 'refund', 'provider down', 'provider up', 'another charge' as const);
    const run = fc.asyncProperty(
      fc.array(happening, { maxLength: 20, size: 'max' }),
      fc.constantFrom('pm_card', 'pm_declined'),
      async (history, paymentMethod) => {
        const [money, payments] = [new InMemoryPaymentProvider(), paymentStore()];
        let up = true;
        const ifUp = async <T>(work: () => Promise<T>): Promise<T> => {
          if (!up) throw new ProviderUnavailableError('down');
          return work();
        };
        const provider: PaymentProvider = {
          charge: (request) => ifUp(() => money.charge(request)),
          void: (request) => ifUp(() => money.void(request)),
        };
        const statuses = ['none'];
        const watched: EntityStore<Payment> = {
          find: (id) => payments.find(id),
          findFor: (id, messageId) => payments.findFor(id, messageId),
          claim: (id, stored, cause) => payments.claim(id, stored, cause),
          commit: async (change) => {
            const stored = await payments.commit(change);
            statuses.push(stored.state.status);
            return stored;
          },
        };
        const deps = { payments: watched, provider, open, clock };
        const charge = chargePayment({ ...deps, replies: new RecordingReplies() });
        const refund = refundPayment(deps);
        const charges = () => money.movements.filter(({ kind }) => kind === 'charge').length;
        const unlessDown = async (work: Promise<unknown>): Promise<void> => {
          try {
            await work;
          } catch (error) {
            if (!(error instanceof ProviderUnavailableError)) throw error;
          }
        };
        let before: number | undefined;
        for (const what of history) {
          if (what === 'provider down' || what === 'provider up') up = what === 'provider up';
          if (what === 'charge') await unlessDown(charge(chargeCommand({ paymentMethod })));
          if (what === 'another charge') await unlessDown(charge(chargeCommand({ paymentMethod }, { id: 'another' })));
          if (what === 'refund') {
            before ??= charges();
            await unlessDown(refund(refundRequest()));
          }
          if (before !== undefined) expect(charges()).toBe(before);
        }

        for (const [index, status] of statuses.slice(1).entries())
          expect(transitions[statuses[index] ?? '']).toContain(status);
      },
    );
    await fc.assert(run, { numRuns: 500 });
  });
});

describe('money is conserved', () => {
  it('by any interleaving, duplication and crash of charge and refund', async () => {
    const run = fc.asyncProperty(
      fc.scheduler(),
      fc.array(mishap, { maxLength: 24 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 2 }),
      fc.constantFrom('pm_card', 'pm_declined'),
      async (scheduler, mishaps, deliveries, refunds, paymentMethod) => {
        const [money, payments, replies] = [new InMemoryPaymentProvider(), paymentStore(), new RecordingReplies()];
        const around = unreliable(scheduler, mishaps);
        const deps = { payments: around.store(payments), provider: around.provider(money), open, clock };
        const charge = chargePayment({ ...deps, replies: around.replies(replies) });
        const refund = refundPayment(deps);
        const command = chargeCommand({ paymentMethod });
        // What the queue and the saga do after a failure: deliver or call again, until it works. What has worked once is
        // not repeated, so that nothing is mended by a repetition that nobody has promised.
        const untilDone = async (work: () => Promise<unknown>): Promise<void> => {
          try {
            await work();
          } catch {
            await untilDone(work);
          }
        };

        const storm = [
          ...Array.from({ length: deliveries }, () => untilDone(() => charge(command))),
          ...Array.from({ length: refunds }, () => untilDone(() => refund(refundRequest()))),
        ];
        await scheduler.waitFor(Promise.all(storm));
        await scheduler.waitIdle();

        const sum = (kind: string) =>
          money.movements.filter((one) => one.kind === kind).reduce((total, { amountMinor }) => total + amountMinor, 0);
        const charges = money.movements.filter(({ kind }) => kind === 'charge').length;
        const state = (await payments.find(orderId))?.state;
        const events = eventsOf(payments);
        expect(charges).toBeLessThanOrEqual(1);
        expect(new Set(events).size).toBe(events.length);
        // Whoever is answered twice is answered alike.
        expect(new Set(replies.succeeded.map(({ outcome }) => JSON.stringify(outcome))).size).toBe(1);
        if (refunds > 0) {
          expect(sum('charge') - sum('refund')).toBe(0);
          expect(['REFUNDED', 'DECLINED']).toContain(state?.status);
        } else if (paymentMethod === 'pm_card') {
          expect([sum('charge'), sum('refund')]).toEqual([4200, 0]);
          expect(state?.status).toBe('CHARGED');
          expect(events).toEqual(['PaymentCharged']);
        } else {
          expect(money.movements).toEqual([]);
          expect(events).toEqual(['PaymentDeclined']);
        }
      },
    );
    await fc.assert(run, { numRuns: 500 });
  });
});
