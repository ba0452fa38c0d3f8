/** One thing that the outside world did: money or a parcel moved, or was barred from ever moving. Never changed, never deleted. */
export interface LedgerEntry {
  readonly kind: 'charge' | 'refund' | 'void' | 'parcel' | 'recall' | 'dispatch';
  /** The idempotency key under which it was asked for. */
  readonly key: string;
  /** The order it was done for. */
  readonly reference: string;
  /** Minor units of the order's currency; 0 for effects without money. */
  readonly amountMinor: number;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** A business "no" of the outside world. */
export type Refusal =
  | 'payment-declined'
  | 'charge-voided'
  | 'parcel-refused'
  | 'parcel-recalled'
  | 'parcel-dispatched'
  | 'parcel-not-booked'
  | 'idempotency-key-reused';

/** What is answered, and answered again to the same request. */
export type Answer =
  | { readonly kind: 'done'; readonly status: 200 | 201; readonly body: { readonly [field: string]: string | number } }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly detail: string };

/** What a request does to what is held under a key. */
export interface Effect<Holding> {
  readonly answer: Answer;
  /** What is held from now on; absent when nothing changes. */
  readonly holding?: Holding;
  readonly ledger: readonly LedgerEntry[];
  /** Whether the answer may become another one: then it is not kept. */
  readonly passing?: boolean;
}

/** What every request that has an effect says of itself. */
export interface Asked {
  /** Key of the request. */
  readonly idempotencyKey: string;
  /** Key of what it is about: of the charge, of the parcel. */
  readonly key: string;
  readonly reference: string;
  readonly now: Date;
}
