import type { PoolMove, ReservationHome } from './overruled-holds';

/** A part of the reservations that the own region has moved stock for. */
export interface ReservationPage {
  readonly orderIds: readonly string[];
  /** Where the next part begins; `undefined` after the last. */
  readonly cursor: string | undefined;
}

/** What has been moved for a reservation, and whose it is. */
export interface ReservationHistory {
  readonly home: ReservationHome;
  readonly moves: readonly PoolMove[];
}

/** What reservations have moved in the region's own pools. */
export interface PoolMoves {
  /** Reservations with events that this region stated since a moment. One with several events may be in several parts. */
  page(since: Date, cursor: string | undefined): Promise<ReservationPage>;
  /** `undefined`: there is no such reservation. */
  historyOf(orderId: string): Promise<ReservationHistory | undefined>;
  /** Takes a move of this region back in its own pools, once however often it is asked; `false` when it was before. */
  takeBack(move: PoolMove): Promise<boolean>;
}
