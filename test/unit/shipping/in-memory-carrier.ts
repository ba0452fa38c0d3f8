import { ProviderRefusedError } from '../../../lambdas/shared/provider.errors';
import type { Carrier, ParcelAnswer, ParcelInstruction, ParcelRequest } from '../../../lambdas/shipping/carrier.port';

/** One movement of a parcel. */
export interface Movement {
  readonly kind: 'parcel' | 'recall' | 'dispatch';
  readonly reference: string;
}

interface Parcel {
  readonly request?: string;
  readonly answer: ParcelAnswer;
  state: 'booked' | 'recalled' | 'dispatched' | 'none';
}

/** A carrier in memory, written from the port's promises and not from the sandbox's code. */
export class InMemoryCarrier implements Carrier {
  readonly movements: Movement[] = [];
  /** Countries it does not deliver to. */
  readonly refuses = new Set<string>();
  private readonly parcels = new Map<string, Parcel>();

  async book(request: ParcelRequest): Promise<ParcelAnswer> {
    const { parcelKey, reference, shipTo } = request;
    const text = JSON.stringify(request);
    const known = this.parcels.get(parcelKey);
    if (known) {
      if (known.request !== undefined && known.request !== text)
        throw new ProviderRefusedError(422, 'urn:tenfold:problem:unprocessable', undefined);
      return known.answer;
    }
    const refused = this.refuses.has(shipTo.country);
    const answer: ParcelAnswer = refused
      ? { kind: 'refused', reason: 'parcel-refused' }
      : { kind: 'booked', parcelId: `pa_${parcelKey}` };
    this.parcels.set(parcelKey, { request: text, answer, state: refused ? 'none' : 'booked' });
    if (!refused) this.movements.push({ kind: 'parcel', reference });
    return answer;
  }

  async recall({ parcelKey, reference }: ParcelInstruction): Promise<{ readonly parcelId?: string }> {
    const known = this.parcels.get(parcelKey);
    if (known === undefined) this.parcels.set(parcelKey, { answer: { kind: 'recalled' }, state: 'none' });
    if (known?.answer.kind !== 'booked') return {};
    if (known.state === 'dispatched')
      throw new ProviderRefusedError(409, 'urn:tenfold:problem:parcel-dispatched', undefined);
    if (known.state === 'booked') this.movements.push({ kind: 'recall', reference });
    known.state = 'recalled';
    return { parcelId: known.answer.parcelId };
  }

  async dispatch({ parcelKey, reference }: ParcelInstruction): Promise<void> {
    const known = this.parcels.get(parcelKey);
    if (known?.state !== 'booked' && known?.state !== 'dispatched')
      throw new ProviderRefusedError(409, 'urn:tenfold:problem:parcel-not-booked', undefined);
    if (known.state === 'booked') this.movements.push({ kind: 'dispatch', reference });
    known.state = 'dispatched';
  }
}
