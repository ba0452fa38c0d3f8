import { exactly, type Figure, none } from '../harness/figure';
import type { PoisonForm, Visit } from './activity-load';
import { visitEntity, visitEventId } from './records';

/** The consumers of the log of what customers do. */
export const activityConsumers = ['activity.timeline', 'activity.counters'] as const;

/** One of them. */
export type ActivityConsumer = (typeof activityConsumers)[number];

/** What a consumer remembers of an entity. */
export interface SeenPosition {
  readonly entity: string;
  /** The last number that was applied or given up. */
  readonly sequence: number;
  /** Ids of the last events, newest last; also of those that were given up. */
  readonly recentIds: readonly string[];
}

/** An entry of a timeline. */
export interface TimelineEntry {
  readonly visitId: string;
  readonly sequence: number;
}

/** A case that is open. */
export interface SeenCase {
  readonly consumer: string;
  /** The entity. */
  readonly subject: string;
  readonly reason: string;
}

/** What the stores hold before anybody works off a case, as far as it concerns the drill's own visits. */
export interface ParkedEvidence {
  /** Of each consumer, looked at while events came in. */
  readonly onTheWay: Readonly<Record<ActivityConsumer, readonly SeenPosition[]>>;
  /** Of each consumer, while everything that was planted was parked and nothing re-driven. */
  readonly whileParked: Readonly<Record<ActivityConsumer, readonly SeenPosition[]>>;
  /** Cases that were open before the first was re-driven. */
  readonly parked: readonly SeenCase[];
}

/** What they hold in the end. */
export interface ActivityEvidence extends ParkedEvidence {
  /** Of each consumer, once everything is quiet. */
  readonly positions: Readonly<Record<ActivityConsumer, readonly SeenPosition[]>>;
  readonly timeline: readonly TimelineEntry[];
  /** How many events the counters have grown by. */
  readonly counted: number;
  /** Cases that are open in the end. */
  readonly stillOpen: readonly SeenCase[];
  /** Positions and entries of the generation that the log was read into again. */
  readonly replayed: { readonly positions: readonly SeenPosition[]; readonly timeline: readonly TimelineEntry[] };
}

/** The figures of this count, by the names under which protections refer to them. */
export const activityFigures = {
  lost: 'events missing from timelines',
  extra: 'timeline entries nobody sent',
  counted: 'events counted',
  behind: 'visits not at their last event',
  order: 'visits whose last events were applied out of order',
  orderOnTheWay: 'positions seen out of order on the way',
  notParked: 'planted records and gaps not parked with their reason',
  parkedForNothing: 'visits parked without need',
  waited: 'visits that waited for a parked one',
  stillOpen: 'cases still open',
  replayedPositions: 'positions that differ after the replay',
  replayedTimeline: 'timeline entries that differ after the replay',
} as const;

const reasons: Readonly<Record<PoisonForm, string>> = {
  unreadable: 'Unreadable',
  contradiction: 'SequenceGoesBack',
  future: 'FutureTime',
};

/** Why a visit has to be parked; `undefined` when it must not be. */
export const expectedReason = ({ plan }: Visit): string | undefined => {
  switch (plan.kind) {
    case 'plain':
    case 'late':
      return undefined;
    case 'held':
      return 'Gap';
    case 'poison':
      return reasons[plan.form];
  }
};

/** The event that an operator gives up: it stays out of the timeline. */
const givenUp = ({ plan }: Visit): number | undefined =>
  plan.kind === 'poison' && plan.form === 'future' ? plan.sequence : undefined;

/** Numbers of the events that must be in a visit's timeline. */
const due = (visit: Visit): readonly number[] =>
  Array.from({ length: visit.events }, (_, at) => at + 1).filter((sequence) => sequence !== givenUp(visit));

/** How many ids a position remembers: the consumer's own number, restated so that it is checked. */
const REMEMBERED_IDS = 32;

/** What an entity's position must remember when `sequence` was the last number. */
const idsUpTo = (visit: Visit, sequence: number, count: number): readonly string[] => {
  const first = Math.max(1, sequence - count + 1);
  return Array.from({ length: Math.max(0, sequence - first + 1) }, (_, at) => visitEventId(visit, first + at));
};

const isInOrder = (visit: Visit, { sequence, recentIds }: SeenPosition): boolean => {
  const expected = idsUpTo(visit, sequence, REMEMBERED_IDS);
  return recentIds.length === expected.length && recentIds.every((id, at) => id === expected[at]);
};

const byEntity = <T extends { readonly entity: string }>(list: readonly T[]): ReadonlyMap<string, T> =>
  new Map(list.map((one) => [one.entity, one]));

const keyOf = ({ visitId, sequence }: TimelineEntry): string => `${visitId} ${sequence}`;

const ofConsumer = (consumer: string, visit: Visit): string => `${consumer} ${visitEntity(visit)}`;

/** The visits and consumers of these positions whose ids are not those of the last events, in order. */
const outOfOrder = (
  visits: readonly Visit[],
  positions: Readonly<Record<ActivityConsumer, readonly SeenPosition[]>>,
): readonly string[] => {
  const known = new Map(visits.map((visit) => [visitEntity(visit), visit]));
  return activityConsumers.flatMap((consumer) =>
    positions[consumer].flatMap((position) => {
      const visit = known.get(position.entity);
      return visit === undefined || isInOrder(visit, position)
        ? []
        : [`${ofConsumer(consumer, visit)} at ${position.sequence}`];
    }),
  );
};

/** What can be told before anybody works off a case: what was applied on the way, who is parked and who went on. */
export const countParked = (visits: readonly Visit[], { onTheWay, parked, whileParked }: ParkedEvidence): Figure[] => {
  const found = new Map(parked.map(({ consumer, subject, reason }) => [`${consumer} ${subject}`, reason]));
  const each = activityConsumers.flatMap((consumer) => visits.map((visit) => ({ consumer, visit })));
  const planted = each.filter(({ visit }) => expectedReason(visit) !== undefined);
  const free = each.filter(({ visit }) => expectedReason(visit) === undefined);
  const names = (list: typeof each): string[] => list.map(({ consumer, visit }) => ofConsumer(consumer, visit));
  const isThrough = ({ consumer, visit }: (typeof each)[number]): boolean =>
    (byEntity(whileParked[consumer]).get(visitEntity(visit))?.sequence ?? 0) >= visit.events;
  return [
    none(activityFigures.orderOnTheWay, [...outOfOrder(visits, onTheWay), ...outOfOrder(visits, whileParked)]),
    none(
      activityFigures.notParked,
      planted
        .map(({ consumer, visit }) => ({ name: ofConsumer(consumer, visit), reason: expectedReason(visit) }))
        .filter(({ name, reason }) => found.get(name) !== reason)
        .map(({ name, reason }) => `${name}: ${found.get(name) ?? 'not parked'}, expected ${reason}`),
    ),
    none(
      activityFigures.parkedForNothing,
      names(free)
        .filter((name) => found.has(name))
        .map((name) => `${name}: ${found.get(name)}`),
    ),
    none(activityFigures.waited, names(free.filter((one) => !isThrough(one)))),
  ];
};

const countEnds = (visits: readonly Visit[], { positions, stillOpen }: ActivityEvidence): Figure[] => {
  const behind = activityConsumers.flatMap((consumer) => {
    const at = byEntity(positions[consumer]);
    return visits
      .filter((visit) => at.get(visitEntity(visit))?.sequence !== visit.events)
      .map((visit) => `${ofConsumer(consumer, visit)} at ${at.get(visitEntity(visit))?.sequence ?? 'nothing'}`);
  });
  return [
    none(activityFigures.behind, behind),
    none(activityFigures.order, outOfOrder(visits, positions)),
    none(
      activityFigures.stillOpen,
      stillOpen.map(({ consumer, subject, reason }) => `${consumer} ${subject}: ${reason}`),
    ),
  ];
};

const countEntries = (visits: readonly Visit[], { timeline, counted }: ActivityEvidence): Figure[] => {
  const expected = new Set(visits.flatMap((visit) => due(visit).map((sequence) => keyOf({ ...visit, sequence }))));
  const found = timeline.map(keyOf);
  const once = new Set<string>();
  const doubled = found.filter((key) => once.has(key) || !once.add(key));
  return [
    none(
      activityFigures.lost,
      [...expected].filter((key) => !once.has(key)),
    ),
    none(activityFigures.extra, [...[...once].filter((key) => !expected.has(key)), ...doubled]),
    exactly(activityFigures.counted, counted, expected.size),
  ];
};

const countReplay = (visits: readonly Visit[], { positions, timeline, replayed }: ActivityEvidence): Figure[] => {
  const [before, after] = [byEntity(positions['activity.timeline']), byEntity(replayed.positions)];
  const shown = (position: SeenPosition | undefined): string =>
    JSON.stringify([position?.sequence ?? 0, position?.recentIds ?? []]);
  const [first, second] = [new Set(timeline.map(keyOf)), new Set(replayed.timeline.map(keyOf))];
  return [
    none(
      activityFigures.replayedPositions,
      visits.map(visitEntity).filter((entity) => shown(before.get(entity)) !== shown(after.get(entity))),
    ),
    none(activityFigures.replayedTimeline, [
      ...[...first].filter((key) => !second.has(key)),
      ...[...second].filter((key) => !first.has(key)),
    ]),
  ];
};

/** Compares what was appended to the log of what customers do with what the stores say has become of it. */
export const countActivity = (visits: readonly Visit[], evidence: ActivityEvidence): Figure[] => [
  ...countEntries(visits, evidence),
  ...countParked(visits, evidence),
  ...countEnds(visits, evidence),
  ...countReplay(visits, evidence),
];
