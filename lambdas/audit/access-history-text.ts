import type * as z from 'zod/mini';
import type { ActorHistory } from './access-history';
import { type keptCount, keptHistory, keptProfile } from './access-history.contract';
import type { AccessProfile } from './access-profile';
import type { Slot } from './access-window';
import { type DistinctCount, sketchOf } from './distinct-count';

type KeptCount = z.output<typeof keptCount>;
type KeptSlot = z.output<typeof keptHistory>['window']['slots'][number];

const writtenCount = (count: DistinctCount): KeptCount =>
  count.kind === 'few' ? [...count.fingerprints] : Buffer.from(count.registers).toString('base64');

const readCount = (kept: KeptCount): DistinctCount =>
  typeof kept === 'string'
    ? sketchOf(new Uint8Array(Buffer.from(kept, 'base64')))
    : { kind: 'few', fingerprints: kept };

const writtenSlot = ({ at, subjects, refusals }: Slot): KeptSlot => ({
  at,
  subjects: writtenCount(subjects),
  refusals: writtenCount(refusals),
});

const readSlot = ({ at, subjects, refusals }: KeptSlot): Slot => ({
  at,
  subjects: readCount(subjects),
  refusals: readCount(refusals),
});

/** An actor's history as text: JSON, sketches as base64. Of the busiest actor it is below 30 KB. */
export const historyText = ({ window: { minutes, slots }, ...history }: ActorHistory): string =>
  JSON.stringify({ ...history, window: { minutes: minutes.map(writtenSlot), slots: slots.map(writtenSlot) } });

/** The history that a text says. */
export const readHistory = (text: string): ActorHistory => {
  const { window, profile, ...history } = keptHistory.parse(JSON.parse(text));
  return {
    ...history,
    profile: { ...profile, active: profile.active },
    window: { minutes: window.minutes.map(readSlot), slots: window.slots.map(readSlot) },
  };
};

/** A profile as text. */
export const profileText = (profile: AccessProfile): string => JSON.stringify(profile);

/** The profile that a text says. */
export const readProfile = (text: string): AccessProfile => {
  const profile = keptProfile.parse(JSON.parse(text));
  return { ...profile, active: profile.active };
};
