import type { BackfillProgress, ItemCursor } from './backfill-entities.contract';

/** How far a part has come, and where it goes on. */
export interface BackfillCheckpoint extends BackfillProgress {
  readonly cursor?: ItemCursor;
  /** Grows by one with each save; the optimistic lock between two who work on the same part. */
  readonly revision: number;
}

/** The checkpoints of a region's backfill of one kind. */
export interface BackfillCheckpoints {
  /** The newest one of a part, of whatever run. */
  find(segment: number): Promise<BackfillCheckpoint | undefined>;
  /** @throws BackfillTakenError the one before it (`revision - 1`) is not the newest */
  save(checkpoint: BackfillCheckpoint): Promise<void>;
}
