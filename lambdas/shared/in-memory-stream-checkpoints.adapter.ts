import type { Clock } from './clock.port';
import type { GapLook, ReplayCheckpoint, StreamCheckpoint, StreamCheckpoints } from './stream-checkpoints.port';
import { type RecordPlace, sortableSequenceNumber } from './stream-record';

/** Checkpoints in memory, for tests. */
export class InMemoryStreamCheckpoints implements StreamCheckpoints {
  private readonly saved = new Map<string, StreamCheckpoint>();
  private readonly replays = new Map<string, Map<string, ReplayCheckpoint>>();
  private readonly caughtUp = new Map<string, number>();
  private readonly searches = new Map<string, Map<string, readonly GapLook[]>>();

  constructor(private readonly clock: Clock) {}

  async list(): Promise<readonly StreamCheckpoint[]> {
    return [...this.saved.values()];
  }

  async advance({ shardId, sequenceNumber, arrivedAt }: RecordPlace, records: number): Promise<void> {
    const known = this.saved.get(shardId);
    if (known && sortableSequenceNumber(known.sequenceNumber) >= sortableSequenceNumber(sequenceNumber)) return;
    const passed = (known?.records ?? 0) + records;
    const savedAt = this.clock.now().toISOString();
    this.saved.set(shardId, { shardId, sequenceNumber, arrivedAt, savedAt, records: passed });
  }

  async replay(into: string): Promise<readonly ReplayCheckpoint[]> {
    return [...(this.replays.get(into)?.values() ?? [])];
  }

  async saveReplay(into: string, checkpoint: ReplayCheckpoint): Promise<void> {
    const known = this.replays.get(into) ?? new Map<string, ReplayCheckpoint>();
    known.set(checkpoint.shardId, checkpoint);
    this.replays.set(into, known);
  }

  async caughtUpUntil(generation: string): Promise<number> {
    return this.caughtUp.get(generation) ?? 0;
  }

  async saveCaughtUp(generation: string, until: number): Promise<void> {
    this.caughtUp.set(generation, until);
  }

  async looks(search: string): Promise<ReadonlyMap<string, readonly GapLook[]>> {
    return new Map(this.searches.get(search));
  }

  async saveLooks(search: string, shardId: string, looks: readonly GapLook[]): Promise<void> {
    const shards = this.searches.get(search) ?? new Map<string, readonly GapLook[]>();
    shards.set(shardId, looks);
    this.searches.set(search, shards);
  }
}
