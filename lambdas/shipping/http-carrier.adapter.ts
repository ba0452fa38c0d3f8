import * as z from 'zod/mini';
import type { HttpProviderClient } from '../shared/http-provider-client';
import { ProviderRefusedError, ProviderUnavailableError } from '../shared/provider.errors';
import type { Carrier, ParcelAnswer, ParcelInstruction, ParcelRequest } from './carrier.port';

const booked = z.object({ key: z.string(), status: z.literal('booked'), parcelId: z.string() });
const recalled = z.object({ key: z.string(), status: z.literal('recalled'), parcelId: z.optional(z.string()) });
const dispatched = z.object({ key: z.string(), status: z.literal('dispatched'), parcelId: z.string() });

const answerOf = <T extends { readonly key: string }>(
  schema: z.core.$ZodType<T>,
  parcelKey: string,
  answer: unknown,
): T => {
  const parsed = z.safeParse(schema, answer);
  if (!parsed.success || parsed.data.key !== parcelKey)
    throw new ProviderUnavailableError('the answer does not fit carrier-v1');
  return parsed.data;
};

/** A carrier that speaks `contracts/openapi/carrier-v1.yaml`. */
export class HttpCarrier implements Carrier {
  constructor(private readonly client: HttpProviderClient) {}

  async book({ parcelKey, ...body }: ParcelRequest): Promise<ParcelAnswer> {
    try {
      const answer = await this.client.post({ path: '/parcels', idempotencyKey: parcelKey, body });
      return { kind: 'booked', parcelId: answerOf(booked, parcelKey, answer).parcelId };
    } catch (error) {
      if (!(error instanceof ProviderRefusedError)) throw error;
      if (error.status !== 409) throw error;
      if (error.problemType === 'urn:tenfold:problem:parcel-refused')
        return { kind: 'refused', reason: 'parcel-refused' };
      if (error.problemType === 'urn:tenfold:problem:parcel-recalled') return { kind: 'recalled' };
      throw error;
    }
  }

  async recall(instruction: ParcelInstruction): Promise<{ readonly parcelId?: string }> {
    const { parcelId } = await this.instruct('recall', recalled, instruction);
    return parcelId === undefined ? {} : { parcelId };
  }

  async dispatch(instruction: ParcelInstruction): Promise<void> {
    await this.instruct('dispatch', dispatched, instruction);
  }

  private async instruct<T extends { readonly key: string }>(
    verb: 'recall' | 'dispatch',
    schema: z.core.$ZodType<T>,
    { parcelKey, instructionKey, reference }: ParcelInstruction,
  ): Promise<T> {
    const path = `/parcels/${encodeURIComponent(parcelKey)}/${verb}`;
    const answer = await this.client.post({ path, idempotencyKey: instructionKey, body: { reference } });
    return answerOf(schema, parcelKey, answer);
  }
}
