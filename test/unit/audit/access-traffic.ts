import type { SeenAccess } from '../../../lambdas/audit/seen-access';
import { seededRandom } from '../simulation/random';

/** An access and when its record reaches the rules. */
export interface ArrivingAccess {
  readonly access: SeenAccess;
  readonly arrivesMs: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** A Monday, 00:00 UTC. */
export const firstMonday = Date.UTC(2026, 0, 5);

/** One person at the desk. */
interface Operator {
  readonly id: string;
  readonly role: 'support' | 'finance';
  readonly country: string;
  /** First hour of the shift by week of the rotation. */
  readonly shifts: readonly number[];
  /** Different subjects in a usual hour, on average. */
  readonly pace: number;
  /** The week of the hiring. */
  readonly since: number;
}

/** One machine client. */
interface Machine {
  readonly id: string;
  readonly country: string;
  /** Accesses in an hour of the day, on average. */
  readonly pace: (hour: number) => number;
  /** Share of its accesses that ask for what is not there. */
  readonly misses: number;
}

/** The people: 30 of support on days, 6 on rotating shifts, 4 of finance; two of support are hired in week `hired`. */
export const operatorsOf = (hired: number): readonly Operator[] => {
  const random = seededRandom(7);
  const person = (id: number, role: Operator['role'], shifts: readonly number[], since = 0): Operator => ({
    id: `operator-${id}`,
    role,
    country: id % 10 === 3 ? 'PT' : 'BR',
    shifts,
    pace: role === 'finance' ? 4 : 6 + 12 * random(),
    since,
  });
  return Array.from({ length: 40 }, (_, id) => {
    if (id < 6)
      return person(
        id,
        'support',
        [9, 17, 1].map((_start, week, all) => all[(week + id) % 3] ?? 9),
      );
    if (id < 10) return person(id, 'finance', [12]);
    return person(id, 'support', [10 + (id % 3)], id >= 38 ? hired : 0);
  });
};

/** The machines: a shop with a day and a night, an app that never sleeps, a partner who comes every night. */
export const machines: readonly Machine[] = [
  { id: 'store-front', country: 'US', pace: (hour) => 65 + 55 * Math.sin(((hour - 15) / 12) * Math.PI), misses: 0.005 },
  { id: 'app', country: 'US', pace: () => 45, misses: 0.01 },
  { id: 'partner', country: 'DE', pace: (hour) => (hour === 2 || hour === 3 ? 200 : 0), misses: 0.03 },
];

/** Draws that a week is made of. */
class Draws {
  constructor(readonly next: () => number) {}

  chance(share: number): boolean {
    return this.next() < share;
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.next();
  }

  /** A count with this mean: exponential gaps until one is full. */
  count(mean: number): number {
    let count = -1;
    for (let left = mean; left > 0; count += 1) left += Math.log(1 - this.next());
    return Math.max(0, count);
  }
}

/** Batches are gathered for up to five seconds, and a poll comes every second. */
const arrival = (draws: Draws, atMs: number): number => atMs + draws.between(200, 7_000);

const deskAction = (draws: Draws, role: Operator['role']): string => {
  const draw = draws.next();
  if (role === 'finance') return draw < 0.8 ? 'payment.read' : 'order.read';
  if (draw < 0.85) return 'order.read';
  return draw < 0.95 ? 'customer.search' : 'order.cancel';
};

const deskHour = (draws: Draws, one: Operator, fromMs: number, growth: number): ArrivingAccess[] => {
  const isBusy = draws.chance(0.01);
  const wanted = draws.count(isBusy ? Math.max(30, one.pace) : one.pace * growth);
  const expired = draws.chance(0.002) ? draws.between(3, 8) : 0;
  return Array.from({ length: wanted + Math.floor(expired) }, (_, index) => {
    const atMs = Math.floor(fromMs + draws.next() * HOUR);
    const access = {
      recordId: `${one.id}-${atMs}-${index}`,
      actorId: one.id,
      role: one.role,
      action: deskAction(draws, one.role),
      subject: `order/${Math.floor(draws.next() * 1e6)}`,
      atMs,
      refused: index >= wanted || draws.chance(0.01),
      // One address in ten is known to no list of countries.
      ...(!draws.chance(0.1) && { country: one.country }),
    };
    return { access, arrivesMs: arrival(draws, atMs) };
  });
};

const deskWeek = (draws: Draws, one: Operator, week: number, holiday: number): ArrivingAccess[] => {
  if (week < one.since || (one.since < week && draws.chance(0.06))) return [];
  const start = one.shifts[week % one.shifts.length] ?? 9;
  const growth = 1.01 ** week;
  const days = [0, 1, 2, 3, 4].filter((day) => !(day === holiday && draws.chance(0.8)) && !draws.chance(0.03));
  return days.flatMap((day) => {
    const early = draws.chance(0.1) ? 1 : 0;
    const late = draws.chance(0.15) ? 1 + Math.floor(draws.next() * 2) : 0;
    const hours = Array.from({ length: 8 + early + late }, (_, hour) => start - early + hour);
    const lunch = start + 4;
    return hours
      .filter((hour) => hour !== lunch)
      .flatMap((hour) => deskHour(draws, one, firstMonday + week * WEEK + day * DAY + hour * HOUR, growth));
  });
};

const machineWeek = (draws: Draws, one: Machine, week: number): ArrivingAccess[] =>
  Array.from({ length: 7 * 24 }, (_, hour) => {
    const fromMs = firstMonday + week * WEEK + hour * HOUR;
    const sale = draws.chance(0.02) ? 1.6 : 1;
    return Array.from({ length: draws.count(one.pace(hour % 24) * sale * 1.02 ** week) }, (_unused, index) => {
      const atMs = Math.floor(fromMs + draws.next() * HOUR);
      const draw = draws.next();
      const access = {
        recordId: `${one.id}-${atMs}-${index}`,
        actorId: one.id,
        role: 'client',
        action: draw < 0.7 ? 'order.read' : draw < 0.97 ? 'order.place' : 'order.cancel',
        subject: `order/${Math.floor(draws.next() * 1e6)}`,
        country: one.country,
        atMs,
        refused: draws.chance(one.misses),
      };
      return { access, arrivesMs: arrival(draws, atMs) };
    });
  }).flat();

/** Some records come twice, the second time a little later. */
const withRepeats = (draws: Draws, accesses: readonly ArrivingAccess[]): ArrivingAccess[] => [
  ...accesses,
  ...accesses
    .filter(() => draws.chance(0.02))
    .map(({ access, arrivesMs }) => ({ access, arrivesMs: arrivesMs + draws.between(100, 60_000) })),
];

/**
 * What arrives in a normal week: shifts that rotate by the week, people who come early, stay late, fall ill, are on holiday or new, a public
 * holiday, a busy hour now and then, sessions that ran out, growth of 1 % a week at the desk and of 2 % in the shop, sales, records that come twice and out of order.
 */
export const normalWeek = (seed: number, week: number, hired: number): readonly ArrivingAccess[] => {
  const draws = new Draws(seededRandom(seed * 1_000 + week));
  const holiday = draws.chance(0.3) ? Math.floor(draws.next() * 5) : -1;
  const all = [
    ...operatorsOf(hired).flatMap((one) => deskWeek(draws, one, week, holiday)),
    ...machines.flatMap((one) => machineWeek(draws, one, week)),
  ];
  return withRepeats(draws, all).sort((one, other) => one.arrivesMs - other.arrivesMs);
};

/** The kinds of attack that the rules are for. */
export const attacks = ['mass-reads', 'off-hours', 'new-country', 'new-action', 'self-access', 'denied-burst'] as const;
export type Attack = (typeof attacks)[number];

/** The accesses of an attack in the days after a week, by somebody of that week. */
export const attackAfter = (attack: Attack, seed: number, week: number): readonly ArrivingAccess[] => {
  const draws = new Draws(seededRandom(seed * 7 + attacks.indexOf(attack)));
  const people = operatorsOf(week).filter(({ shifts, role }) => shifts.length === 1 && role === 'support');
  const thief = people[Math.floor(draws.next() * (people.length - 2))] ?? people[0];
  if (thief === undefined) throw new Error('expected somebody of support');
  const start = (thief.shifts[0] ?? 9) + (attack === 'off-hours' ? 14 + draws.between(0, 3) : draws.between(1, 6));
  const fromMs = Math.floor(firstMonday + (week + 1) * WEEK + start * HOUR);
  const amount = { 'mass-reads': 500, 'denied-burst': 80 } as const;
  const wanted = attack === 'mass-reads' || attack === 'denied-burst' ? amount[attack] : 10;
  const gap = attack === 'mass-reads' ? draws.between(1_000, 9_000) : 2_000;
  return Array.from({ length: wanted }, (_, index) => {
    const atMs = Math.floor(fromMs + index * gap + draws.between(0, 500));
    const access = {
      recordId: `${attack}-${seed}-${index}`,
      actorId: thief.id,
      role: thief.role,
      action: attack === 'new-action' ? 'payment.refund' : 'order.read',
      subject: attack === 'self-access' ? `customer/${thief.id}` : `order/${seed}-${index}`,
      country: attack === 'new-country' ? 'KP' : thief.country,
      atMs,
      refused: attack === 'denied-burst',
    };
    return { access, arrivesMs: arrival(draws, atMs) };
  }).sort((one, other) => one.arrivesMs - other.arrivesMs);
};
