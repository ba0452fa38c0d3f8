import type { PointsCredit } from '../../../lambdas/loyalty/points-credit';
import type { Order } from '../../../lambdas/ordering/order';
import { clockSkewMilliseconds, handoverMilliseconds } from '../../../lambdas/shared/region-handover';
import { leaseMarginMilliseconds } from '../../../lambdas/shared/region-standing';
import type { Clients, Wish } from './client';
import type { Evacuations } from './evacuation';
import type { ModelRegion } from './model-region';
import type { ModelWorld } from './model-world';
import type { LostUpdate } from './replicated-table';

/** Longest time from the check of a write to its end, in milliseconds, and a second that the lease ended earlier for its holder. */
const longestWrite = handoverMilliseconds - clockSkewMilliseconds + leaseMarginMilliseconds;

/** Why another region's version has overwritten one: the documented cases (docs/runbooks/regions.md), and the rest. */
export const lossCases = ['not replicated', 'made in both', 'checked in time, written late'] as const;
export type LossCase = (typeof lossCases)[number];

/** What came of a run. */
export interface Judgement {
  /** What must not happen, in words. */
  readonly violations: readonly string[];
  /** Updates lost in a documented way, by case. */
  readonly lost: Readonly<Record<LossCase, number>>;
  /** How the orders ended, by status; and what else is worth counting. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What there is to judge. */
export interface Evidence {
  readonly world: ModelWorld;
  readonly regions: readonly ModelRegion[];
  readonly clients: Clients;
  readonly evacuations: Evacuations;
  readonly finished: boolean;
  readonly wishes: readonly Wish[];
  readonly units: number;
}

const rootOf = (version: LostUpdate['loser']): LostUpdate['loser'] => {
  let root = version;
  while (root.parent) root = root.parent;
  return root;
};

/** When the winner's history left the loser's: its first version that the loser does not have. */
const partedAt = ({ loser, winner }: LostUpdate): LostUpdate['winner'] => {
  const before = new Set<unknown>();
  for (let version: typeof loser | undefined = loser; version; version = version.parent) before.add(version);
  let first = winner;
  while (first.parent && !before.has(first.parent)) first = first.parent;
  return first;
};

const isTwin = ({ loser, winner }: LostUpdate): boolean => rootOf(loser) !== rootOf(winner);

/** `twins`: orders that were placed in two regions. Whatever follows from them is done in both, too. */
const caseOf = (lost: LostUpdate, twins: ReadonlySet<string>): LossCase | undefined => {
  const { id, loser } = lost;
  if (loser.inactiveFor > longestWrite) return undefined;
  if (loser.inactiveFor > 0) return 'checked in time, written late';
  if (twins.has(id)) return 'made in both';
  return loser.writtenAt <= partedAt(lost).writtenAt ? 'not replicated' : undefined;
};

const pointsOf = ({ value }: LostUpdate['loser']): number => (value.state as PointsCredit).points;

/** Whichever version of a credit stays, it is worth the same. */
const isSameCredit = ({ kind, loser, winner }: LostUpdate): boolean =>
  kind === 'credit' && pointsOf(loser) === pointsOf(winner);

const describeLoss = ({ kind, id, loser, winner }: LostUpdate): string =>
  `${kind}/${id} of ${loser.by} (inactive for ${loser.inactiveFor} ms) is overwritten by ${winner.by}`;

/** Compares what the regions say in the end with what customers were told, and with what the provider and the carrier did. */
export const judge = (evidence: Evidence): Judgement => {
  const { world, regions, clients, evacuations, finished, wishes, units } = evidence;
  const { tables, provider, carrier, facts, time } = world;
  const violations: string[] = [];
  const counts: Record<string, number> = { evacuations: evacuations.count };
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  if (!finished) violations.push('it does not come to rest');
  for (const failure of time.failures) violations.push(`nobody caught ${String(failure)}`);

  const lost: Record<LossCase, number> = { 'not replicated': 0, 'made in both': 0, 'checked in time, written late': 0 };
  const touched = new Set<string>();
  const twins = new Set(world.lost.flatMap((one) => (one.kind === 'order' && isTwin(one) ? [one.id] : [])));
  for (const one of world.lost) {
    const lossCase = caseOf(one, twins);
    if (lossCase === undefined) violations.push(`lost in no documented way: ${describeLoss(one)}`);
    else if (isSameCredit(one)) count('credited alike in two regions');
    else {
      touched.add(one.id);
      lost[lossCase] += 1;
    }
  }
  const madeTwice = new Set(world.lost.map(({ kind, id }) => `${kind}/${id}`));
  for (const [id, { subject, regions: tellers }] of facts.told)
    if (tellers.size > 1 && !evacuations.republished.has(id) && !madeTwice.has(subject))
      violations.push(`published by two regions without a reason: ${id} of ${subject}`);
  for (const table of Object.values(tables)) {
    const divergent = table.divergent();
    if (divergent > 0) violations.push(`${divergent} divergent items of ${table.kind}`);
  }

  const [first] = regions;
  if (!first) return { violations, lost, counts };
  const view = {
    orders: tables.ordering.of(first.name).entities,
    reservations: tables.inventory.of(first.name).entities,
    credits: tables.loyalty.of(first.name).entities,
  };
  const movements = (what: readonly { kind: string; reference: string }[], kind: string, orderId: string): number =>
    what.filter((one) => one.kind === kind && one.reference === orderId).length;

  const chargerWasEvacuated = (orderId: string, placedAt: string): boolean => {
    const { homeRegion } = tables.payments.of(first.name).entities.get(orderId) ?? {};
    if (homeRegion === undefined) return false;
    return world.log
      .recordsOf(homeRegion, homeRegion)
      .some(({ fence }) => fence !== undefined && fence.fencedAt >= placedAt);
  };

  const judgeEnd = ({ orderId, status, totalMinor, placedAt }: Order): void => {
    const charged = movements(provider.movements, 'charge', orderId);
    const refunded = movements(provider.movements, 'refund', orderId);
    const booked = movements(carrier.movements, 'parcel', orderId);
    const recalled = movements(carrier.movements, 'recall', orderId);
    const dispatched = movements(carrier.movements, 'dispatch', orderId);
    const held = view.reservations.get(orderId)?.state.status === 'HELD';
    const effects = { charged, refunded, booked, recalled, dispatched, held };
    const told = `order ${orderId} (${status}): ${JSON.stringify(effects)}`;
    if (charged > 1 || refunded > 1) violations.push(`payment doubled: ${told}`);
    if (booked > 1 || dispatched > 1) violations.push(`parcel doubled: ${told}`);
    if ((status === 'REJECTED' || status === 'CANCELLED') && charged > refunded && dispatched === 0) {
      // Two regions that made an order were merely cut off from each other: whoever has it charged undoes it when it is evacuated.
      if (chargerWasEvacuated(orderId, placedAt)) violations.push(`money kept for an order that failed: ${told}`);
      else count('money kept in a region that was never evacuated');
    }
    if (refunded > 0 && dispatched > 0) {
      if (touched.has(orderId)) count('refunded although shipped');
      else violations.push(`refunded and shipped: ${told}`);
    }
    for (const type of ['OrderPlaced', 'OrderConfirmed', 'OrderRejected', 'OrderCancelled'])
      if (facts.count(`order/${orderId}`, `ordering.${type}.v1`) > 1) violations.push(`${type} told twice: ${told}`);
    const credits = facts.count(`credit/${orderId}`, 'loyalty.PointsCredited.v1');
    if (credits > 1) violations.push(`points credited ${credits} times: ${told}`);
    if (credits !== (view.credits.has(orderId) ? 1 : 0)) violations.push(`points and their event disagree: ${told}`);

    const dispatchParked = regions.some(({ dispatches }) => dispatches.parked.some((body) => body.includes(orderId)));
    const isGood = charged === 1 && refunded === 0 && booked === 1 && recalled === 0 && dispatched === 1 && held;
    const isUndone = charged === refunded && booked === recalled && dispatched === 0 && !held;
    const agrees = {
      CONFIRMED: isGood && credits === (totalMinor >= 100 ? 1 : 0),
      REJECTED: isUndone,
      CANCELLED: isUndone,
      PARKED: true,
      PENDING: false,
      CANCELLING: false,
    }[status];
    count(status);
    if (agrees) return;
    if (status === 'PENDING' || status === 'CANCELLING') violations.push(`not ended: ${told}`);
    else if (touched.has(orderId))
      count(dispatchParked ? 'undone by a lost region, dispatch parked' : `${status}, but a lost region did otherwise`);
    else violations.push(`status and effects disagree: ${told}, ${credits} credits`);
  };
  for (const { state } of view.orders.values()) judgeEnd(state);

  const ordersOf = (wish: number): Order[] =>
    [...view.orders.values()].map(({ state }) => state).filter(({ customerId }) => customerId === `customer-${wish}`);
  for (const wish of wishes.keys())
    if (ordersOf(wish).length > 1)
      violations.push(
        `two orders of one wish: ${ordersOf(wish)
          .map(({ orderId }) => orderId)
          .join(', ')}`,
      );
  for (const { orderId, cancelled } of clients.acknowledged) {
    if (orderId === undefined) {
      count('unanswered');
      continue;
    }
    if (regions.some(({ name }) => !tables.ordering.of(name).entities.has(orderId)))
      violations.push(`acknowledged order ${orderId} is lost`);
    const status = view.orders.get(orderId)?.state.status;
    if (!cancelled || status === 'CANCELLED' || status === 'PARKED') continue;
    if (touched.has(orderId)) count('cancellation lost');
    else violations.push(`acknowledged cancellation of ${orderId} is lost without a lost update: ${status}`);
  }

  // Every unit is somewhere, and what is held is what reservations say.
  const pools = regions.flatMap(({ pools: own }) => [...own.values()]);
  const sum = (of: 'available' | 'reserved'): number => pools.reduce((total, pool) => total + pool[of], 0);
  const heldUnits = [...view.reservations.values()].reduce(
    (total, { state }) =>
      total + (state.status === 'HELD' ? state.lines.reduce((units_, { quantity }) => units_ + quantity, 0) : 0),
    0,
  );
  if (sum('available') + sum('reserved') !== units * regions.length) violations.push('units of stock are gone');
  if (pools.some(({ available }) => available < 0)) count('oversold');
  if (sum('reserved') !== heldUnits) {
    const wrong = `${sum('reserved')} units are held, reservations say ${heldUnits}`;
    if (world.lost.some(({ kind }) => kind === 'reservation')) count(`stock: held beyond reservations`);
    else violations.push(wrong);
  }
  return { violations, lost, counts };
};
