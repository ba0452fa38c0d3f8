import type { Commit, EntityStore, Stored } from '../shared/entity-store.port';
import type { Reservation, ReservedLine, ShortageReason } from './reservation';

/** Units that change sides together with a reservation. */
export type StockMove =
  | { readonly direction: 'hold'; readonly lines: readonly ReservedLine[] }
  | { readonly direction: 'return'; readonly lines: readonly ReservedLine[] };

/** The warehouse cannot give what a reservation asks for; nothing was written. */
export class StockShortageError extends Error {
  override readonly name = 'StockShortageError';
  constructor(
    readonly sku: string,
    readonly reason: ShortageReason,
    options?: ErrorOptions,
  ) {
    super(`article ${sku}: ${reason}`, options);
  }
}

/** Reservations, and the stock they take from and give back to. */
export interface ReservationLedger extends Pick<EntityStore<Reservation>, 'find' | 'commit' | 'claim'> {
  /**
   * Commits a change of a reservation and moves stock of the own region's pools in the same atomic write: `available` + `reserved` of
   * a pool never changes. What another region held is returned to the own pool: its `reserved` may fall below zero, the sum over the regions
   * is what is held.
   * @throws StockShortageError an article is unknown, or this region has too few units of it
   * @throws StaleEntityError the reservation changed since it was read
   */
  commitMoving(change: Commit<Reservation>, move: StockMove): Promise<Stored<Reservation>>;
}
