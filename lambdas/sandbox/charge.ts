import { deterministicId } from '../shared/deterministic-id';
import type { Asked, Effect, LedgerEntry } from './effect';

/** What the payment provider holds under a charge's key. VOIDED is its tombstone: no charge will ever be made under the key. */
export type Charge =
  | { readonly status: 'CHARGED' | 'REFUNDED'; readonly amountMinor: number; readonly currency: string }
  | { readonly status: 'DECLINED' | 'VOIDED' };

/** Money to be taken, in minor units of `currency`. */
export interface ChargeAsked extends Asked {
  readonly amountMinor: number;
  readonly currency: string;
  /** The card does not work, or a fault says so. */
  readonly declined: boolean;
}

const chargedBody = (key: string, reference: string, amountMinor: number, currency: string) => ({
  key,
  status: 'charged',
  chargeId: `ch_${deterministicId('sandbox', 'charge', key)}`,
  reference,
  amountMinor,
  currency,
});

const declined: Effect<Charge> = {
  answer: { kind: 'refused', refusal: 'payment-declined', detail: 'the card was declined' },
  ledger: [],
};

/** Takes the money, unless the card does not work or the key was voided first. */
export const decideCharge = (held: Charge | undefined, asked: ChargeAsked): Effect<Charge> => {
  const { key, reference, amountMinor, currency, idempotencyKey, now } = asked;
  switch (held?.status) {
    case undefined: {
      if (asked.declined) return { ...declined, holding: { status: 'DECLINED' } };
      const entry: LedgerEntry = { kind: 'charge', key: idempotencyKey, reference, amountMinor, at: now.toISOString() };
      return {
        answer: { kind: 'done', status: 201, body: chargedBody(key, reference, amountMinor, currency) },
        holding: { status: 'CHARGED', amountMinor, currency },
        ledger: [entry],
      };
    }
    case 'DECLINED':
      return declined;
    case 'VOIDED': {
      const detail = 'the key was voided before it was charged';
      return { answer: { kind: 'refused', refusal: 'charge-voided', detail }, ledger: [] };
    }
    case 'CHARGED':
    case 'REFUNDED': {
      const body = chargedBody(key, reference, held.amountMinor, held.currency);
      return { answer: { kind: 'done', status: 201, body }, ledger: [] };
    }
  }
};

/** Gives back what was taken under the key, or bars the key for good. */
export const decideVoid = (
  held: Charge | undefined,
  { key, reference, idempotencyKey, now }: Asked,
): Effect<Charge> => {
  const answer = (status: string, refundedMinor: number) =>
    ({ kind: 'done', status: 200, body: { key, status, reference, refundedMinor } }) as const;
  const at = now.toISOString();
  switch (held?.status) {
    case undefined: {
      const entry: LedgerEntry = { kind: 'void', key: idempotencyKey, reference, amountMinor: 0, at };
      return { answer: answer('voided', 0), holding: { status: 'VOIDED' }, ledger: [entry] };
    }
    case 'CHARGED': {
      const { amountMinor, currency } = held;
      const entry: LedgerEntry = { kind: 'refund', key: idempotencyKey, reference, amountMinor, at };
      return {
        answer: answer('refunded', amountMinor),
        holding: { status: 'REFUNDED', amountMinor, currency },
        ledger: [entry],
      };
    }
    case 'REFUNDED':
      return { answer: answer('refunded', held.amountMinor), ledger: [] };
    case 'DECLINED':
      return { answer: answer('declined', 0), ledger: [] };
    case 'VOIDED':
      return { answer: answer('voided', 0), ledger: [] };
  }
};
