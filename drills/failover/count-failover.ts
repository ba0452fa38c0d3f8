import { atMost, type Figure, informative, none } from '../harness/figure';
import type { Placement } from './client-load';
import type { HeardEvent } from './event-listeners';
import type { Attempt } from './store-client';

/** The figures of this drill, by the names under which protections refer to them. */
export const failoverFigures = {
  givenUp: 'orders that clients gave up',
  missing: 'acknowledged orders missing in a region at the end',
  twice: 'wishes of clients that became two orders',
  recovery: 'longest time until a client was served again',
  divergent: 'items that differ between the regions at the end',
  fencedWrites: 'changes committed by the evacuated region before it was let back in',
  calmDoubles: 'events of a calm time told by two regions',
  contradictions: 'facts that two regions told differently',
} as const;

/** Orders as a region's replica has them. */
export interface RegionOrders {
  readonly region: string;
  readonly orders: readonly { readonly orderId: string; readonly customerId: string }[];
}

/** Every acknowledged order has to be there, wherever one looks. */
export const countOrders = (placements: readonly Placement[], regions: readonly RegionOrders[]): Figure[] => {
  const taken = placements.flatMap((placement) => placement.taken ?? []);
  const keys = new Set(placements.map(({ key }) => key));
  const missing = regions.flatMap(({ region, orders }) => {
    const known = new Set(orders.map(({ orderId }) => orderId));
    return taken.filter(({ orderId }) => !known.has(orderId)).map(({ orderId }) => `${orderId} in ${region}`);
  });
  const byCustomer = Map.groupBy(
    [...new Map(regions.flatMap(({ orders }) => orders).map((order) => [order.orderId, order])).values()],
    ({ customerId }) => customerId,
  );
  const twice = [...byCustomer].filter(([customer, orders]) => keys.has(customer) && orders.length > 1);
  return [
    informative('orders acknowledged', taken.length),
    none(
      failoverFigures.givenUp,
      placements.filter((placement) => placement.taken === undefined).map(({ key }) => key),
    ),
    none(failoverFigures.missing, missing),
    none(
      failoverFigures.twice,
      twice.map(([customer, orders]) => `${customer}: ${orders.map(({ orderId }) => orderId).join(', ')}`),
    ),
  ];
};

/**
 * Seconds from a fault until each continent's clients were answered again, for those that it hit: from the fault to the first answer
 * after the last failure before an answer.
 */
export const recoverySeconds = (attempts: readonly Attempt[], from: number, until: number): Map<string, number> => {
  const within = attempts.filter(({ at }) => at >= from - 3_000 && at < until);
  const recovered = new Map<string, number>();
  for (const [continent, own] of Map.groupBy(within, (attempt) => attempt.continent)) {
    const failures = own.filter(({ outcome }) => outcome === 'failed');
    const last = Math.max(...failures.map(({ at, milliseconds }) => at + milliseconds));
    if (failures.length === 0) continue;
    const next = own
      .filter(({ outcome, at }) => outcome === 'answered' && at >= last)
      .map(({ at, milliseconds }) => at + milliseconds);
    recovered.set(continent, (Math.min(...next, until) - from) / 1000);
  }
  return recovered;
};

/** How long clients were without the store, for a fault of which it is known how long that may be. */
export const countRecovery = (fault: string, recovered: ReadonlyMap<string, number>, boundSeconds: number): Figure =>
  atMost(`${failoverFigures.recovery} (${fault})`, Math.max(0, ...recovered.values()), boundSeconds, 's');

/** Events with the same id that more than one region told. */
export const toldByTwo = (heard: readonly HeardEvent[]): string[] =>
  [...Map.groupBy(heard, ({ id }) => id)]
    .filter(([, events]) => new Set(events.map(({ region }) => region)).size > 1)
    .map(([id, [event]]) => `${event?.type ?? ''} of ${event?.subject ?? ''} (${id})`);

/** Numbers of an entity's history under which different facts were told. */
export const toldDifferently = (heard: readonly HeardEvent[]): string[] =>
  [...Map.groupBy(heard, ({ subject, sequence }) => `${subject} event ${sequence}`)]
    .map(([place, events]) => [place, [...new Set(events.map(({ type }) => type))]] as const)
    .filter(([, types]) => types.length > 1)
    .map(([place, types]) => `${place}: ${types.join(' and ')}`);

/** Rows of an outbox that a region has committed between two moments, in milliseconds since the epoch. */
export const committedBetween = (
  rows: readonly { readonly pk: string; readonly originRegion: string; readonly committedAt: string }[],
  region: string,
  from: number,
  until: number,
): string[] =>
  rows
    .filter(({ originRegion, committedAt }) => {
      const at = Date.parse(committedAt);
      return originRegion === region && at >= from && at < until;
    })
    .map(({ pk, committedAt }) => `${pk} at ${committedAt}`);
