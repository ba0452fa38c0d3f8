import type { Reservation } from './reservation';

type Released = Extract<Reservation, { status: 'RELEASED' }>;

export type ReleaseDecision =
  /** Give the held units back. */
  | { readonly kind: 'release'; readonly reservation: Released }
  /** Nothing was held so far: make sure that nothing ever will be. */
  | { readonly kind: 'entomb'; readonly reservation: Released }
  | { readonly kind: 'nothing-held' };

/** What the release of an order's stock has to do. */
export const decideRelease = (stored: Reservation | undefined, now: Date): ReleaseDecision => {
  const releasedAt = now.toISOString();
  switch (stored?.status) {
    case undefined:
      return { kind: 'entomb', reservation: { status: 'RELEASED', lines: [], releasedAt } };
    case 'HELD':
      return { kind: 'release', reservation: { status: 'RELEASED', lines: stored.lines, releasedAt } };
    case 'REFUSED':
    case 'RELEASED':
      return { kind: 'nothing-held' };
  }
};
