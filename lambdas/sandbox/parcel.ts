import { deterministicId } from '../shared/deterministic-id';
import type { Answer, Asked, Effect, LedgerEntry, Refusal } from './effect';

/** What the carrier holds under a parcel's key. BARRED is its tombstone: no parcel will ever be taken under the key. */
export interface Parcel {
  readonly status: 'BOOKED' | 'REFUSED' | 'RECALLED' | 'BARRED' | 'DISPATCHED';
}

/** A parcel to be taken. */
export interface ParcelAsked extends Asked {
  /** A fault says that the carrier does not take it. */
  readonly declined: boolean;
}

const parcelIdOf = (key: string): string => `pa_${deterministicId('sandbox', 'parcel', key)}`;

const entryOf = (kind: LedgerEntry['kind'], { idempotencyKey, reference, now }: Asked): LedgerEntry => ({
  kind,
  key: idempotencyKey,
  reference,
  amountMinor: 0,
  at: now.toISOString(),
});

const done = (status: 200 | 201, { key, reference }: Asked, state: string, withParcel = true): Answer => ({
  kind: 'done',
  status,
  body: { key, status: state, reference, ...(withParcel && { parcelId: parcelIdOf(key) }) },
});

const refused = (refusal: Refusal, detail: string): Answer => ({ kind: 'refused', refusal, detail });

/** Takes the parcel, unless the carrier does not want it or its key was recalled first. */
export const decideParcel = (held: Parcel | undefined, asked: ParcelAsked): Effect<Parcel> => {
  const notTaken = refused('parcel-refused', 'the carrier does not take this parcel');
  switch (held?.status) {
    case undefined: {
      if (asked.declined) return { answer: notTaken, holding: { status: 'REFUSED' }, ledger: [] };
      const ledger = [entryOf('parcel', asked)];
      return { answer: done(201, asked, 'booked'), holding: { status: 'BOOKED' }, ledger };
    }
    case 'REFUSED':
      return { answer: notTaken, ledger: [] };
    case 'BARRED':
      return { answer: refused('parcel-recalled', 'the key was recalled before it was booked'), ledger: [] };
    case 'BOOKED':
    case 'RECALLED':
    case 'DISPATCHED':
      return { answer: done(201, asked, 'booked'), ledger: [] };
  }
};

/** Takes back what was booked under the key, or bars the key for good. */
export const decideRecall = (held: Parcel | undefined, asked: Asked): Effect<Parcel> => {
  switch (held?.status) {
    case undefined: {
      const ledger = [entryOf('void', asked)];
      return { answer: done(200, asked, 'recalled', false), holding: { status: 'BARRED' }, ledger };
    }
    case 'BOOKED': {
      const ledger = [entryOf('recall', asked)];
      return { answer: done(200, asked, 'recalled'), holding: { status: 'RECALLED' }, ledger };
    }
    case 'RECALLED':
      return { answer: done(200, asked, 'recalled'), ledger: [] };
    case 'REFUSED':
    case 'BARRED':
      return { answer: done(200, asked, 'recalled', false), ledger: [] };
    case 'DISPATCHED':
      return { answer: refused('parcel-dispatched', 'the parcel is on its way'), ledger: [] };
  }
};

/** Sends a booked parcel on its way. */
export const decideDispatch = (held: Parcel | undefined, asked: Asked): Effect<Parcel> => {
  switch (held?.status) {
    case 'BOOKED': {
      const ledger = [entryOf('dispatch', asked)];
      return { answer: done(200, asked, 'dispatched'), holding: { status: 'DISPATCHED' }, ledger };
    }
    case 'DISPATCHED':
      return { answer: done(200, asked, 'dispatched'), ledger: [] };
    case undefined:
    case 'REFUSED':
    case 'RECALLED':
    case 'BARRED': {
      const answer = refused('parcel-not-booked', 'no parcel is booked under this key');
      // A parcel may still be booked under an unknown key.
      return { answer, ledger: [], passing: held === undefined };
    }
  }
};
