import { findingOf, spanEndOf } from './access-finding';
import type { ActorHistory, KnownAbout } from './access-history';
import { learningCapsOf, limitsOf, noCaps, unknownLimits } from './access-limits';
import { type AccessProfile, isLearnt, withAccess, withFiveMinutes, withHour } from './access-profile';
import type { JudgedAccess } from './access-rule';
import { accessRules } from './access-rules';
import { type Closed, lately, movedTo, windowWith } from './access-window';
import { fingerprintOf } from './distinct-count';
import type { SeenAccess } from './seen-access';
import { dayOf } from './seen-days';

const withClosed = (profile: AccessProfile, closed: Closed, day: number): AccessProfile => {
  if (closed.slots.length + closed.hours.length === 0) return profile;
  const caps = isLearnt(profile, day) ? learningCapsOf(profile) : noCaps;
  const slots = closed.slots.reduce((learning, slot) => withFiveMinutes(learning, slot, caps), profile);
  return closed.hours.reduce((learning, hour) => withHour(learning, hour, caps), slots);
};

/** What is usual for the actor: the own habits here, or those in another region, or the role's. */
const usualOf = ({ actor, elsewhere, role }: KnownAbout, day: number): AccessProfile | undefined =>
  [actor.profile, ...elsewhere, role].find((profile) => isLearnt(profile, day));

/** For how long after its time a finding is remembered as told: so late may a record be and tell of nothing again. */
const REMEMBERED_MS = 86_400_000;

const stillTold = (told: ActorHistory['told'], atMs: number): ActorHistory['told'] =>
  Object.fromEntries(Object.entries(told).filter(([, until]) => until > atMs - REMEMBERED_MS));

/**
 * Judges an access by what is known, and learns from it. To judge it again changes nothing, as long as the hour is the same:
 * a record that comes twice is counted once, and told of once.
 */
export const judgeAccess = (known: KnownAbout, access: SeenAccess, region: string): KnownAbout => {
  const { actor, role, ownSubjects } = known;
  const { atMs } = access;
  const day = dayOf(atMs);
  const { window: moved, closed } = movedTo(actor.window, atMs);
  const window = windowWith(moved, {
    atMs,
    ...(access.subject !== undefined && { subject: fingerprintOf(access.subject) }),
    ...(access.refused && { refusal: fingerprintOf(access.recordId) }),
  });
  const profile = withClosed(actor.profile, closed, day);
  const roleProfile = withClosed(role, closed, day);
  const usual = usualOf({ ...known, actor: { ...actor, profile }, role: roleProfile }, day);
  const limits = usual ? limitsOf(usual) : unknownLimits;
  const judged: JudgedAccess = {
    access,
    day,
    limits,
    ownSubjects,
    ...(window !== moved && { lately: lately(window, limits) }),
    ...(usual && { usual }),
    ...(isLearnt(roleProfile, day) && { roleUsual: roleProfile }),
  };
  const told: Record<string, number> = { ...stillTold(actor.told, atMs) };
  const untold = [...actor.untold];
  for (const rule of accessRules) {
    const found = rule.judge(judged);
    if (found === undefined) continue;
    const finding = findingOf(rule, judged, found, region);
    if (finding.findingId in told) continue;
    told[finding.findingId] = spanEndOf(atMs, found.once);
    untold.push(finding);
  }
  return {
    ...known,
    actor: { window, profile: withAccess(profile, access), told, untold },
    role: withAccess(roleProfile, access),
  };
};
