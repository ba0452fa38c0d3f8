/** One effect in the ledger of the sandbox's payment provider or carrier: something that happened outside of AWS. */
export interface LedgerRow {
  readonly kind: 'charge' | 'refund' | 'void' | 'parcel' | 'recall' | 'dispatch';
  /** The idempotency key under which it was asked for. */
  readonly key: string;
  /** The order it was done for. */
  readonly reference: string;
  /** 0 for effects without money. */
  readonly amountMinor: number;
  /** RFC 3339. */
  readonly at: string;
}
