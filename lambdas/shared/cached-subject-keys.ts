import type { Clock } from './clock.port';
import type { SubjectKeys } from './subject-keys.port';

/** How long, and how many. */
export interface CachedSubjectKeysOptions {
  readonly clock: Clock;
  /** Seconds that a key is kept: an erasure takes that long to reach every warm process. @default 300 */
  readonly seconds?: number;
  /** Keys that are kept at most; the one that was read first goes first. @default 500 */
  readonly atMost?: number;
}

/** Keys that are kept in memory for some minutes, and never longer than that: being used does not prolong it. */
export class CachedSubjectKeys implements SubjectKeys {
  // In the order in which they were read, which is that of their ends.
  private readonly kept = new Map<string, { readonly key: Uint8Array; readonly until: number }>();

  constructor(
    private readonly keys: SubjectKeys,
    private readonly options: CachedSubjectKeysOptions,
  ) {}

  own(subject: string): Promise<Uint8Array> {
    return this.through(`own/${subject}`, () => this.keys.own(subject));
  }

  of(subject: string, region: string): Promise<Uint8Array> {
    return this.through(`${region}/${subject}`, () => this.keys.of(subject, region));
  }

  private async through(name: string, read: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const { clock, seconds = 300, atMost = 500 } = this.options;
    const now = clock.now().getTime();
    for (const [old, { until }] of this.kept) {
      if (until > now) break;
      this.kept.delete(old);
    }
    const known = this.kept.get(name);
    if (known !== undefined) return known.key;
    const key = await read();
    this.kept.set(name, { key, until: now + seconds * 1000 });
    for (const [oldest] of this.kept) {
      if (this.kept.size <= atMost) break;
      this.kept.delete(oldest);
    }
    return key;
  }
}
