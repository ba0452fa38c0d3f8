import type { Clock } from './clock.port';
import type { KeyWrapping } from './key-wrapping.port';

/** How long, and how many. */
export interface CachedKeyWrappingOptions {
  readonly clock: Clock;
  /** Seconds that an unwrapped key is kept: after an erasure, no process has it in memory for longer. @default 300 */
  readonly seconds?: number;
  /** Keys that are kept at most; the one that was unwrapped first goes first. @default 500 */
  readonly atMost?: number;
}

/**
 * Spares KMS what it has unwrapped in the last minutes; being used does not prolong that. A key is found by its wrapped form, which has to be
 * read first: once that is destroyed, or a tombstone stands beside it, what is kept here is of no use.
 */
export class CachedKeyWrapping implements KeyWrapping {
  private readonly kept = new Map<string, { readonly key: Uint8Array; readonly until: number }>();

  constructor(
    private readonly wrapping: KeyWrapping,
    private readonly options: CachedKeyWrappingOptions,
  ) {}

  make(subject: string): ReturnType<KeyWrapping['make']> {
    return this.wrapping.make(subject);
  }

  async unwrap(subject: string, wrapped: Uint8Array): Promise<Uint8Array> {
    const { clock, seconds = 300, atMost = 500 } = this.options;
    const now = clock.now().getTime();
    for (const [old, { until }] of this.kept) if (until <= now) this.kept.delete(old);
    const name = `${subject}/${Buffer.from(wrapped).toString('base64')}`;
    const known = this.kept.get(name);
    if (known !== undefined) return known.key;
    const key = await this.wrapping.unwrap(subject, wrapped);
    this.kept.set(name, { key, until: now + seconds * 1000 });
    for (const [oldest] of this.kept) {
      if (this.kept.size <= atMost) break;
      this.kept.delete(oldest);
    }
    return key;
  }
}
