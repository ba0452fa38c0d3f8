import type { Clock } from './clock.port';
import type { FlagReport } from './flag-report.port';
import { type FlagRule, flagRule } from './flag-rule';
import type { FlagSource } from './flag-source.port';
import { readFlagSet } from './read-flag-set';

/** What polled flags are made of. */
export interface PolledFlagsOptions {
  readonly source: FlagSource;
  readonly clock: Clock;
  readonly report: FlagReport;
  /** How old what is known may get, and how long polls may fail in a row, before flags count as stale; in seconds. @default 300 */
  readonly staleAfterSeconds?: number;
  /** Pause after a failed poll, in seconds. @default 15 */
  readonly retryAfterSeconds?: number;
}

/** What is known about flags at some moment. */
export interface KnownFlags {
  /** By key; `undefined` until the first set of flags was read. */
  readonly rules: ReadonlyMap<string, FlagRule> | undefined;
  /** What is deployed may be something else by now: the source has been silent for too long, or what it sent could not be read. */
  readonly isStale: boolean;
}

/**
 * Flags that are always there at once: what was last heard is answered, and whether there is anything newer is asked beside it, at most once
 * a poll interval. Nothing runs by a timer, because a function stands still between two invocations.
 */
export class PolledFlags {
  private rules: ReadonlyMap<string, FlagRule> | undefined;
  private text: string | undefined;
  private heardAt: number | undefined;
  private dueAt = Number.NEGATIVE_INFINITY;
  private poll: Promise<void> | undefined;
  /** What is wrong with what is deployed. */
  private refusal: { readonly error: unknown } | undefined;
  private failingSince: number | undefined;
  private isSilent = false;

  constructor(private readonly options: PolledFlagsOptions) {}

  /** Asks the source now, or waits for the answer that is under way. Never rejects: the report hears of a failure. */
  refresh(): Promise<void> {
    this.poll ??= this.ask().finally(() => {
      this.poll = undefined;
    });
    return this.poll;
  }

  /** What is known, at once. Asks the source beside it when that is due. */
  known(): KnownFlags {
    const now = this.options.clock.now().getTime();
    if (now >= this.dueAt) void this.refresh();
    return { rules: this.rules, isStale: this.refusal !== undefined || this.isOld(now) };
  }

  private isOld(now: number): boolean {
    const { staleAfterSeconds = 300 } = this.options;
    return this.heardAt === undefined || now - this.heardAt > staleAfterSeconds * 1000;
  }

  private async ask(): Promise<void> {
    const { source, clock, report, retryAfterSeconds = 15, staleAfterSeconds = 300 } = this.options;
    try {
      const { text, pollAfterSeconds } = await source.latest();
      this.heardAt = clock.now().getTime();
      this.dueAt = this.heardAt + pollAfterSeconds * 1000;
      if (this.isSilent) report.fresh();
      this.isSilent = false;
      this.failingSince = undefined;
      if (text !== undefined && text !== this.text) this.take(text);
      // An alarm that goes quiet says that it is over.
      if (this.refusal !== undefined) report.refused(this.refusal.error);
    } catch (error) {
      const now = clock.now().getTime();
      this.dueAt = now + retryAfterSeconds * 1000;
      report.missed(error);
      if (this.failingSince === undefined) {
        // One failure may be our own: a poll stands still with its process, and finds its time run out when that goes on.
        this.failingSince = now;
        return;
      }
      if (this.heardAt !== undefined && now - this.failingSince < staleAfterSeconds * 1000) return;
      this.isSilent = true;
      report.stale(this.heardAt === undefined ? undefined : Math.round((now - this.heardAt) / 1000));
    }
  }

  private take(text: string): void {
    this.text = text;
    try {
      const { flags } = readFlagSet(text);
      this.rules = new Map(Object.entries(flags).map(([key, flag]) => [key, flagRule(key, flag)]));
      this.refusal = undefined;
    } catch (error) {
      this.refusal = { error };
      return;
    }
    this.options.report.changed([...this.rules.keys()]);
  }
}
