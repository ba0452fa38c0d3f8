import type { Tries } from './tries.port';

/** Tries in memory, for tests. */
export class InMemoryTries implements Tries {
  private readonly begun = new Map<string, number>();

  async begin(messageId: string): Promise<number> {
    const before = this.begun.get(messageId) ?? 0;
    this.begun.set(messageId, before + 1);
    return before;
  }

  async end(messageId: string): Promise<void> {
    this.begun.delete(messageId);
  }
}
