import type { Appended, EventLog, LogEvent } from '../../../lambdas/shared/event-log.port';

/** A log of one lane that keeps what it is given, or fails as it is told to. */
export class InMemoryEventLog implements EventLog {
  readonly events: LogEvent[] = [];
  constructor(private readonly failure?: Error) {}

  async append(events: readonly LogEvent[]): Promise<readonly Appended[]> {
    if (this.failure) throw this.failure;
    return events.map((event) => ({ lane: 'lane-0', position: String(this.events.push(event)) }));
  }
}
