import type { FlagReport } from './flag-report.port';
import type { Log } from './log.port';
import { flagsRefused, flagsStale } from './log-lines.contract';

/** A log line of everything. Metrics are counted from the lines: a metrics library would be 30 KB of each reader's bundle. */
export class LoggedFlagReport implements FlagReport {
  constructor(private readonly log: Log) {}

  changed(keys: readonly string[]): void {
    this.log.info('flags changed', { flags: keys });
  }

  missed(error: unknown): void {
    this.log.warn('flags not polled', { error });
  }

  stale(ageSeconds: number | undefined): void {
    this.log.error(flagsStale, {
      ageSeconds,
      hold: ageSeconds === undefined ? 'the defaults in code' : 'the last known',
    });
  }

  fresh(): void {
    this.log.info('flags polled again', {});
  }

  refused(error: unknown): void {
    this.log.error(flagsRefused, { error, hold: 'those before' });
  }
}
