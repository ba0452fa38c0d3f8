/** A charge as the provider is asked for it. Amounts in minor units of `currency`. */
export interface ChargeRequest {
  /** Idempotency key: the same key is the same charge, however often it is asked for. */
  readonly chargeKey: string;
  /** The order's id: what provider and shop both print on their statements. */
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** Reference into the provider's vault. Never logged, and no part of a payment; only a parked command keeps it. */
  readonly paymentMethod: string;
}

/** The provider's definite answer to a charge. */
export type ChargeAnswer =
  | { readonly kind: 'charged'; readonly chargeId: string }
  | { readonly kind: 'declined'; readonly reason: string }
  /** The key was voided before it was charged: no money has moved under it, and none will. */
  | { readonly kind: 'voided' };

/** Undoing of whatever happened, or will ever happen, under a charge's key. */
export interface VoidRequest {
  readonly chargeKey: string;
  /** Idempotency key of the void itself. */
  readonly voidKey: string;
  readonly reference: string;
}

/** Whoever moves the money. Whatever is not a definite answer is thrown, never guessed. */
export interface PaymentProvider {
  /**
   * Charges once per key.
   * @throws ProviderUnavailableError no answer, or none that tells: the charge may or may not have happened
   * @throws ProviderRefusedError the request itself is unacceptable; trying again will not help
   */
  charge(request: ChargeRequest): Promise<ChargeAnswer>;
  /**
   * Gives back what was charged under the key, or makes sure that nothing ever will be.
   * @returns what this key has given back in all, in minor units: 0 when nothing had been charged
   * @throws ProviderUnavailableError as above
   * @throws ProviderRefusedError as above
   */
  void(request: VoidRequest): Promise<{ readonly refundedMinor: number }>;
}
