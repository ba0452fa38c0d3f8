import type {
  ChargeAnswer,
  ChargeRequest,
  PaymentProvider,
  VoidRequest,
} from '../../../lambdas/payments/payment-provider.port';
import { ProviderRefusedError } from '../../../lambdas/shared/provider.errors';

/** One movement of money. */
export interface Movement {
  readonly kind: 'charge' | 'refund';
  readonly reference: string;
  readonly amountMinor: number;
}

type Charge = ChargeAnswer & { readonly request?: string; amountMinor: number; refunded: boolean };

/** A payment provider in memory, written from the port's promises and not from the sandbox's code. */
export class InMemoryPaymentProvider implements PaymentProvider {
  readonly movements: Movement[] = [];
  private readonly charges = new Map<string, Charge>();

  async charge(request: ChargeRequest): Promise<ChargeAnswer> {
    const { chargeKey, reference, amountMinor, paymentMethod } = request;
    const text = JSON.stringify(request);
    const known = this.charges.get(chargeKey);
    if (known) {
      if (known.request !== undefined && known.request !== text)
        throw new ProviderRefusedError(422, 'urn:tenfold:problem:unprocessable', undefined);
      const { request: _request, amountMinor: _amount, refunded: _refunded, ...answer } = known;
      return answer;
    }
    if (paymentMethod === 'pm_declined') {
      const answer = { kind: 'declined', reason: 'payment-declined' } as const;
      this.charges.set(chargeKey, { ...answer, request: text, amountMinor: 0, refunded: false });
      return answer;
    }
    const answer = { kind: 'charged', chargeId: `ch_${chargeKey}` } as const;
    this.charges.set(chargeKey, { ...answer, request: text, amountMinor, refunded: false });
    this.movements.push({ kind: 'charge', reference, amountMinor });
    return answer;
  }

  async void({ chargeKey, reference }: VoidRequest): Promise<{ readonly refundedMinor: number }> {
    const known = this.charges.get(chargeKey);
    if (known === undefined) {
      this.charges.set(chargeKey, { kind: 'voided', amountMinor: 0, refunded: false });
      return { refundedMinor: 0 };
    }
    if (known.kind === 'charged' && !known.refunded) {
      known.refunded = true;
      this.movements.push({ kind: 'refund', reference, amountMinor: known.amountMinor });
    }
    return { refundedMinor: known.amountMinor };
  }
}
