import type { BackfillProgress } from '../../../lambdas/shared/backfill-entities.contract';

/** A part of a backfill that has just begun. */
export const part = (changes: Partial<BackfillProgress> = {}): BackfillProgress => ({
  ...{ run: '2026-11-26T08:00:00.000Z', schemaVersion: 2, segment: 0, segments: 4 },
  ...{ seen: 0, changed: 0, foreign: 0, left: 0, done: false },
  ...{ startedAt: '2026-11-26T08:00:00.000Z', updatedAt: '2026-11-26T08:00:00.000Z' },
  ...changes,
});
