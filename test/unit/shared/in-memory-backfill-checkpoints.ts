import { BackfillTakenError } from '../../../lambdas/shared/backfill.errors';
import type { BackfillCheckpoint, BackfillCheckpoints } from '../../../lambdas/shared/backfill-checkpoints.port';

/** Checkpoints in memory, with the lock of the table. */
export class InMemoryBackfillCheckpoints implements BackfillCheckpoints {
  readonly saved = new Map<number, BackfillCheckpoint>();

  async find(segment: number): Promise<BackfillCheckpoint | undefined> {
    return this.saved.get(segment);
  }

  async save(checkpoint: BackfillCheckpoint): Promise<void> {
    const { segment, revision } = checkpoint;
    if ((this.saved.get(segment)?.revision ?? 0) !== revision - 1) throw new BackfillTakenError(segment);
    this.saved.set(segment, checkpoint);
  }
}
