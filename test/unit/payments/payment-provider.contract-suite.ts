import type { ChargeRequest, PaymentProvider } from '../../../lambdas/payments/payment-provider.port';
import type { Movement } from './in-memory-payment-provider';

/** A provider under test, and what it did to the money. */
export interface ProviderUnderTest {
  readonly provider: PaymentProvider;
  readonly movements: () => Promise<readonly Movement[]>;
}

const order = 'b2f0c9b4-6a53-5d0e-8f8e-0c6b6f6d1a01';

/** What payments relies on, of every provider it is given: run against the one in memory and against the sandbox over HTTP. */
export const paymentProviderContract = (name: string, start: () => Promise<ProviderUnderTest>): void => {
  describe(`${name} keeps a payment provider's promises`, () => {
    const request: ChargeRequest = {
      chargeKey: '11111111-1111-5111-8111-111111111111',
      reference: order,
      amountMinor: 4200,
      currency: 'BRL',
      paymentMethod: 'pm_card',
    };
    const undo = {
      chargeKey: request.chargeKey,
      voidKey: '22222222-2222-5222-8222-222222222222',
      reference: order,
    };
    const taken = { kind: 'charge', reference: order, amountMinor: 4200 };
    const returned = { kind: 'refund', reference: order, amountMinor: 4200 };

    it('charges a key once and answers every repetition alike', async () => {
      const { provider, movements } = await start();

      const answers = [await provider.charge(request), await provider.charge(request), await provider.charge(request)];

      expect(answers[0]).toMatchObject({ kind: 'charged' });
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await movements()).toEqual([taken]);
    });

    it('charges once when the same charge is asked for many times at once', async () => {
      const { provider, movements } = await start();

      const answers = await Promise.all([1, 2, 3, 4].map(() => provider.charge(request)));

      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await movements()).toEqual([taken]);
    });

    it('refuses another charge under the same key', async () => {
      const { provider, movements } = await start();
      await provider.charge(request);

      const other = provider.charge({ ...request, amountMinor: 1 });

      await expect(other).rejects.toMatchObject({ name: 'ProviderRefusedError', status: 422 });
      expect(await movements()).toEqual([taken]);
    });

    it('declines a card for good, without moving money', async () => {
      const { provider, movements } = await start();
      const declined = { ...request, paymentMethod: 'pm_declined' };

      expect(await provider.charge(declined)).toEqual({ kind: 'declined', reason: 'payment-declined' });
      expect(await provider.charge(declined)).toEqual({ kind: 'declined', reason: 'payment-declined' });
      expect(await provider.void(undo)).toEqual({ refundedMinor: 0 });
      expect(await movements()).toEqual([]);
    });

    it('gives a charge back once, and says so at every repetition', async () => {
      const { provider, movements } = await start();
      await provider.charge(request);

      expect(await provider.void(undo)).toEqual({ refundedMinor: 4200 });
      expect(await provider.void(undo)).toEqual({ refundedMinor: 4200 });
      expect(await provider.void({ ...undo, voidKey: '33333333-3333-5333-8333-333333333333' })).toEqual({
        refundedMinor: 4200,
      });
      expect(await movements()).toEqual([taken, returned]);
    });

    it('takes no money under a key that was voided before its charge arrived', async () => {
      const { provider, movements } = await start();

      expect(await provider.void(undo)).toEqual({ refundedMinor: 0 });
      expect(await provider.charge(request)).toEqual({ kind: 'voided' });
      expect(await provider.charge(request)).toEqual({ kind: 'voided' });
      expect(await movements()).toEqual([]);
    });

    it('keeps no money when charge and void arrive at the same time', async () => {
      const { provider, movements } = await start();

      const [, undone] = await Promise.all([provider.charge(request), provider.void(undo)]);

      const sum = (await movements()).reduce(
        (total, { kind, amountMinor }) => total + (kind === 'charge' ? amountMinor : -amountMinor),
        0,
      );
      expect(sum).toBe(0);
      expect([0, 4200]).toContain(undone.refundedMinor);
    });
  });
};
