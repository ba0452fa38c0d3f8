import { hourOf } from './access-profile';
import type { AccessRule } from './access-rule';
import { isUsual } from './seen-days';

/** Hours around a usual one that are no surprise: to come early, to stay late, and daylight saving. */
const TOLERANCE_HOURS = 2;

/** The hours of the day within the tolerance of one, the hour itself first. */
const around = (hour: number): readonly number[] =>
  Array.from({ length: 2 * TOLERANCE_HOURS + 1 }, (_, index) => (hour + 24 + index - TOLERANCE_HOURS) % 24);

/** At a time of the day at which the actor never works. By hours only: who works on a Sunday at usual hours is no finding. */
export const offHours: AccessRule = {
  name: 'off-hours',
  serves: ['SOC 2 CC7.2', 'LGPD art. 46'],
  severity: 'medium',
  explanation: 'An actor accesses data at a time of the day at which the actor is never active.',
  judge: ({ access, day, usual }) => {
    if (usual === undefined) return undefined;
    const hour = hourOf(access.atMs);
    const isKnown = around(hour).some((near) => isUsual(usual.hours[String(near)], day));
    return isKnown ? undefined : { once: 'day', facts: { hour: `${hour}:00 UTC` } };
  },
};
