/** What a consumer remembers of an entity: how far it is, and what waits. */
export interface Position {
  /** `<kind>/<id>`. */
  readonly entity: string;
  /** Number of the last event that was applied, or given up by an operator; 0 before the first. */
  readonly sequence: number;
  /**
   * Ids of the last events up to `sequence`, at most `REMEMBERED_IDS`, newest last. Empty for one that was given up: whatever comes in its
   * place later contradicts that.
   */
  readonly recentIds: readonly string[];
  /** Events that came before their turn and are kept. */
  readonly waiting: number;
  /** Since when the gap before them is known; RFC 3339, UTC. Present when something waits. */
  readonly waitingSince?: string;
  /** When the log took the last event that was applied, in epoch milliseconds. */
  readonly lastArrival?: number;
  /** Counts the writes of this position; 0 for one that is not stored yet. */
  readonly version: number;
}

/** How many ids of applied events a position remembers. */
export const REMEMBERED_IDS = 32;

/** What of an event decides whether it is its turn. */
export interface NumberedEvent {
  readonly id: string;
  /** 1, 2, 3 … among the entity's events. */
  readonly sequence: number;
}

/** What to do with an event that has arrived. */
export type DeliveryDecision =
  /** It is the next one. */
  | { readonly kind: 'apply' }
  /** It was applied. `remembered` is false when that is concluded from its number alone. */
  | { readonly kind: 'duplicate'; readonly remembered: boolean }
  /** Events before it are missing: the first of them. */
  | { readonly kind: 'early'; readonly missing: number }
  /** Its place is taken by another event, whose id is empty when an operator gave that place up. */
  | { readonly kind: 'contradiction'; readonly appliedId: string };

/**
 * An entity's position as this region sees it: how far the furthest region is, and what waits here. Each region writes positions of its own and no
 * other's, so that replication overwrites none.
 */
export const furthest = (own: Position, others: readonly Position[]): Position => {
  const ahead = others.reduce((one, other) => (other.sequence > one.sequence ? other : one), own);
  return ahead === own ? own : { ...own, sequence: ahead.sequence, recentIds: ahead.recentIds };
};

/** The position of an entity of which nothing was applied. */
export const startOf = (entity: string): Position => ({ entity, sequence: 0, recentIds: [], waiting: 0, version: 0 });

/**
 * Decides what an event is to its entity: the next one, a repeat, one that came too soon, or one that contradicts what was applied. Ids
 * are derived from entity, number and type, so another id at the same place is another fact. Of an event that is older than what is
 * remembered only the number is known: it counts as a repeat.
 */
export const decideDelivery = (
  { sequence: last, recentIds }: Pick<Position, 'sequence' | 'recentIds'>,
  { id, sequence }: NumberedEvent,
): DeliveryDecision => {
  if (sequence === last + 1) return { kind: 'apply' };
  if (sequence > last) return { kind: 'early', missing: last + 1 };
  const appliedId = recentIds[recentIds.length - 1 - (last - sequence)];
  if (appliedId === undefined) return { kind: 'duplicate', remembered: false };
  return appliedId === id ? { kind: 'duplicate', remembered: true } : { kind: 'contradiction', appliedId };
};
