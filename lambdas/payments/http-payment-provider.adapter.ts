import * as z from 'zod/mini';
import type { HttpProviderClient } from '../shared/http-provider-client';
import { ProviderRefusedError, ProviderUnavailableError } from '../shared/provider.errors';
import type { ChargeAnswer, ChargeRequest, PaymentProvider, VoidRequest } from './payment-provider.port';

const charged = z.object({ key: z.string(), status: z.literal('charged'), chargeId: z.string() });
const voided = z.object({ key: z.string(), refundedMinor: z.int().check(z.minimum(0)) });

const answerOf = <T extends { readonly key: string }>(
  schema: z.core.$ZodType<T>,
  chargeKey: string,
  answer: unknown,
): T => {
  const parsed = z.safeParse(schema, answer);
  if (!parsed.success || parsed.data.key !== chargeKey)
    throw new ProviderUnavailableError('the answer does not fit payment-provider-v1');
  return parsed.data;
};

/** A payment provider that speaks `contracts/openapi/payment-provider-v1.yaml`. */
export class HttpPaymentProvider implements PaymentProvider {
  constructor(private readonly client: HttpProviderClient) {}

  async charge({ chargeKey, ...body }: ChargeRequest): Promise<ChargeAnswer> {
    try {
      const answer = await this.client.post({ path: '/charges', idempotencyKey: chargeKey, body });
      return { kind: 'charged', chargeId: answerOf(charged, chargeKey, answer).chargeId };
    } catch (error) {
      if (!(error instanceof ProviderRefusedError)) throw error;
      if (error.status === 402) return { kind: 'declined', reason: 'payment-declined' };
      if (error.status === 409 && error.problemType === 'urn:tenfold:problem:charge-voided') return { kind: 'voided' };
      throw error;
    }
  }

  async void({ chargeKey, voidKey, reference }: VoidRequest): Promise<{ readonly refundedMinor: number }> {
    const path = `/charges/${encodeURIComponent(chargeKey)}/void`;
    const answer = await this.client.post({ path, idempotencyKey: voidKey, body: { reference } });
    return { refundedMinor: answerOf(voided, chargeKey, answer).refundedMinor };
  }
}
