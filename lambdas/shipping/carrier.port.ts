/** Where a parcel goes. Personal data: passed on to the carrier, never stored, never logged. */
export interface ParcelAddress {
  readonly recipient: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** A parcel as the carrier is asked to take it. */
export interface ParcelRequest {
  /** Idempotency key: the same key is the same parcel, however often it is asked for. */
  readonly parcelKey: string;
  /** The order's id, printed on the label. */
  readonly reference: string;
  readonly shipTo: ParcelAddress;
}

/** The carrier's definite answer to a booking. */
export type ParcelAnswer =
  | { readonly kind: 'booked'; readonly parcelId: string }
  | { readonly kind: 'refused'; readonly reason: string }
  /** The key was recalled before it was booked: no parcel goes out under it, and none will. */
  | { readonly kind: 'recalled' };

/** A later instruction about a parcel. */
export interface ParcelInstruction {
  readonly parcelKey: string;
  /** Idempotency key of the instruction itself. */
  readonly instructionKey: string;
  readonly reference: string;
}

/** Whoever moves the parcels. Whatever is not a definite answer is thrown, never guessed. */
export interface Carrier {
  /**
   * Books one parcel per key.
   * @throws ProviderUnavailableError no answer, or none that tells: the booking may or may not have happened
   * @throws ProviderRefusedError the request itself is unacceptable; trying again will not help
   */
  book(request: ParcelRequest): Promise<ParcelAnswer>;
  /**
   * Takes back what was booked under the key, or makes sure that nothing ever will be.
   * @returns the parcel taken back; without an id nothing had been booked
   * @throws ProviderUnavailableError as above
   * @throws ProviderRefusedError as above, and when the parcel is on its way
   */
  recall(instruction: ParcelInstruction): Promise<{ readonly parcelId?: string }>;
  /**
   * Sends a booked parcel on its way.
   * @throws ProviderUnavailableError as above
   * @throws ProviderRefusedError as above, and when there is no such parcel or it was recalled
   */
  dispatch(instruction: ParcelInstruction): Promise<void>;
}
