import type { ReservedLine } from './reservation';

/** What one event of a reservation has moved in the pools of the region that stated it. */
export interface PoolMove {
  readonly orderId: string;
  readonly originRegion: string;
  /** Number of the event in the reservation's history. */
  readonly sequence: number;
  /** Units that were held since; negative: that were given back. Empty when the event moved none. */
  readonly held: readonly ReservedLine[];
}

/** Whose a reservation is now, and since which of its events. */
export interface ReservationHome {
  readonly homeRegion: string;
  readonly adoptedFrom?: string;
  /** Number of the last event before the adoption. */
  readonly adoptedAtSequence?: number;
}

/**
 * Moves of a region that are not part of the reservation's history: while the region was unheard, another one made the reservation anew, or
 * adopted it below these events. Replication has replaced the reservation, but a region's pools are its own: they still hold, or have still
 * given back, what came to nothing.
 * @param moves all that is known of one reservation, whichever region stated it
 */
export const overruledHolds = (
  moves: readonly PoolMove[],
  { homeRegion, adoptedFrom, adoptedAtSequence = 0 }: ReservationHome,
  region: string,
): readonly PoolMove[] => {
  if (homeRegion === region) return [];
  const isRivalled = ({ sequence }: PoolMove): boolean =>
    moves.some((other) => other.originRegion !== region && other.sequence === sequence);
  const isOverruled = (move: PoolMove): boolean => {
    if (adoptedFrom === undefined) return true;
    // Adopted from a third region, whose version may have been made anew before: then two events have one number.
    return move.sequence > adoptedAtSequence || (adoptedFrom !== region && isRivalled(move));
  };
  return moves.filter((move) => move.originRegion === region && move.held.length > 0 && isOverruled(move));
};
