import type { Random } from '../harness/random';

/** What a record of the drill is. `event` is the plain one; the others cannot be handled. */
export type RecordForm = 'event' | PoisonForm;

/**
 * How a record cannot be handled: it is no event at all; it says another thing in the place of an event that was applied; or it happened
 * tomorrow.
 */
export type PoisonForm = 'unreadable' | 'contradiction' | 'future';

/** What is special about a visit. */
export type VisitPlan =
  | { readonly kind: 'plain' }
  /** One event is kept back until all others are sent. */
  | { readonly kind: 'late'; readonly sequence: number }
  /** One event is kept back until the gap that it leaves is parked. */
  | { readonly kind: 'held'; readonly sequence: number }
  /** One record cannot be handled. */
  | { readonly kind: 'poison'; readonly form: PoisonForm; readonly sequence: number };

/** A visit whose events are numbered from 1 to `events`. */
export interface Visit {
  readonly visitId: string;
  readonly customerId: string;
  readonly events: number;
  readonly plan: VisitPlan;
}

/** One record that the drill appends. */
export interface ActivityDelivery {
  readonly visit: Visit;
  readonly sequence: number;
  readonly form: RecordForm;
  /** 0 for the original, 1 for what a producer's retry makes of it. */
  readonly copy: number;
  /** Where in the order of sending it is: among the events of about its number. */
  readonly place: number;
}

/** What is appended to the log of what customers do. */
export interface ActivityLoad {
  readonly visits: readonly Visit[];
  /** In the order of sending. */
  readonly deliveries: readonly ActivityDelivery[];
  /** Kept back until everything else is sent. */
  readonly late: readonly ActivityDelivery[];
  /** Kept back until they are missed. */
  readonly held: readonly ActivityDelivery[];
}

/** Size and mix of the load. */
export interface ActivityLoadOptions {
  readonly visits: number;
  /** Of each visit. */
  readonly events: number;
  /** Share of events that are appended a second time. */
  readonly duplicates: number;
  /** Share of events that change places with the one behind them. */
  readonly swaps: number;
  /** Visits with an event that comes last of all. */
  readonly late: number;
  /** Visits with an event that is missed until somebody looks. */
  readonly held: number;
  /** Visits with a record that cannot be handled, of each form. */
  readonly poison: number;
}

/** Events that a visit sends at a time. */
const BURST = 10;
/** From one event of a burst to the next, in places. */
const STEP = 0.001;

/** Copies that do not follow their original closely stray this far behind it. */
const STRAYS = { least: 5, most: 60 };

const poisonForms: readonly PoisonForm[] = ['unreadable', 'contradiction', 'future'];

const planOf = (at: number, random: Random, options: ActivityLoadOptions): VisitPlan => {
  const { events, late, held, poison } = options;
  const within = (from: number, to: number): number =>
    random.integer(Math.ceil(events * from), Math.floor(events * to));
  if (at < late) return { kind: 'late', sequence: within(0.9, 0.97) };
  if (at < late + held) return { kind: 'held', sequence: within(0.75, 0.9) };
  const form = poisonForms[Math.floor((at - late - held) / Math.max(1, poison))];
  return form === undefined ? { kind: 'plain' } : { kind: 'poison', form, sequence: within(0.35, 0.5) };
};

/** Where a burst may begin, in places: nowhere that a stretch of the load ends in the middle of it. */
const GRID = 0.02;

/**
 * Sequences that come before the one before them, in their burst: the next burst may be sent seconds later, and what is missing for as long is parked.
 * Only plain visits have them: with the others it must be known what stands before what.
 */
const swapped = (visit: Visit, random: Random, share: number): ReadonlySet<number> => {
  const found = new Set<number>();
  if (visit.plan.kind !== 'plain') return found;
  for (let sequence = 1; sequence < visit.events; sequence += 1)
    if (sequence % BURST !== 0 && !found.has(sequence - 1) && random.chance(share)) found.add(sequence);
  return found;
};

/** Where each event of a visit stands: bursts follow each other, and where in its turn a burst comes is drawn. */
const placesOf = (visit: Visit, random: Random, share: number): readonly number[] => {
  let offset = 0;
  const places = Array.from({ length: visit.events }, (_, at) => {
    if (at % BURST === 0) offset = GRID * (random.integer(0, (BURST - 1) / GRID - 1) + 0.25);
    return 1 + Math.floor(at / BURST) * BURST + offset + (at % BURST) * STEP;
  });
  for (const sequence of swapped(visit, random, share)) {
    const [own, next] = [places[sequence - 1] ?? 0, places[sequence] ?? 0];
    places[sequence - 1] = next;
    places[sequence] = own;
  }
  return places;
};

const recordsOf = (visit: Visit, random: Random, options: ActivityLoadOptions): ActivityDelivery[] => {
  const { plan } = visit;
  const places = placesOf(visit, random, options.swaps);
  return places.flatMap((place, at): readonly ActivityDelivery[] => {
    const sequence = at + 1;
    const isSpecial = 'sequence' in plan && plan.sequence === sequence;
    if (!isSpecial) {
      const original = { visit, sequence, form: 'event', copy: 0, place } as const;
      if (!random.chance(options.duplicates)) return [original];
      const behind = random.chance(0.5) ? random.next() * STEP : random.integer(STRAYS.least, STRAYS.most);
      return [original, { ...original, copy: 1, place: place + behind }];
    }
    if (plan.kind !== 'poison') return [{ visit, sequence, form: 'event', copy: 0, place }];
    if (plan.form === 'future') return [{ visit, sequence, form: 'future', copy: 0, place }];
    // Behind the event it contradicts, and behind the next.
    const behind = (places[sequence] ?? place) + STEP / 2;
    return [
      { visit, sequence, form: 'event', copy: 0, place },
      { visit, sequence, form: plan.form, copy: 0, place: behind },
    ];
  });
};

/** Makes the load from the seed: visits take turns to send a few events, and each keeps its order but for swaps, copies and what is kept back. */
export const activityLoad = (random: Random, options: ActivityLoadOptions): ActivityLoad => {
  const visits = Array.from({ length: options.visits }, (_, at): Visit => {
    const visitId = random.uuid();
    return {
      visitId,
      customerId: `drill-${visitId.slice(0, 13)}`,
      events: options.events,
      plan: planOf(at, random, options),
    };
  });
  const all = visits.flatMap((visit) => recordsOf(visit, random, options));
  const isKept =
    (kind: 'late' | 'held') =>
    ({ visit: { plan }, sequence }: ActivityDelivery): boolean =>
      plan.kind === kind && plan.sequence === sequence;
  const [late, held] = [all.filter(isKept('late')), all.filter(isKept('held'))];
  const sent = all.filter((delivery) => !late.includes(delivery) && !held.includes(delivery));
  return { visits, deliveries: sent.sort((one, other) => one.place - other.place), late, held };
};

/** How many events can be applied once these records are handed out: of each visit those up to the first that is missing or cannot be handled. */
export const applicable = (visits: readonly Visit[], sent: readonly ActivityDelivery[]): number => {
  const numbers = new Map<string, Set<number>>(visits.map(({ visitId }) => [visitId, new Set()]));
  const ends = new Map<string, number>();
  for (const { visit, sequence, form } of sent) {
    if (form === 'event') numbers.get(visit.visitId)?.add(sequence);
    else ends.set(visit.visitId, form === 'future' ? sequence - 1 : sequence + 1);
  }
  let total = 0;
  for (const [visitId, sequences] of numbers) {
    let at = 0;
    while (sequences.has(at + 1) && at < (ends.get(visitId) ?? Number.POSITIVE_INFINITY)) at += 1;
    total += at;
  }
  return total;
};

/** Originals that are sent after one of the same visit with a greater number. */
export const countEarly = (deliveries: readonly ActivityDelivery[]): number => {
  const last = new Map<string, number>();
  let early = 0;
  for (const { visit, sequence, copy, form } of deliveries) {
    if (copy > 0 || form !== 'event') continue;
    const before = last.get(visit.visitId) ?? 0;
    if (sequence < before) early += 1;
    last.set(visit.visitId, Math.max(before, sequence));
  }
  return early;
};
