import type { Clock } from './clock.port';
import { UnreadableMessageError } from './message.errors';
import type { NextEvent, OutboxLine } from './outbox-line';
import type { OutboxRows } from './outbox-rows.port';
import { CaseClosedError } from './parking.errors';
import type { Parking } from './parking.port';
import type { RelayReport } from './relay-report.port';
import { rowReference } from './row-reference';
import type { StreamRow } from './stream-consumer';
import type { Publication, Topic } from './topic.port';
import { topicBatches } from './topic-batches';

/** What a run works with. */
export interface RelayRunDeps {
  readonly topic: Topic;
  readonly parking: Parking;
  readonly rows: OutboxRows;
  readonly clock: Clock;
  readonly report: RelayReport;
}

/**
 * An event that could not be published for six hours parks its entity: a stream forgets its records after 24 hours, and its
 * event source mapping may give up before; a case does neither.
 */
const LATE_MS = 6 * 3_600_000;
const UNANSWERED: Publication = { kind: 'failed', reason: 'Unanswered' };
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

/** One batch of rows on its way to the topic. */
export class RelayRun {
  /** Rows that must come again. */
  private readonly again: StreamRow[] = [];

  constructor(
    private readonly deps: RelayRunDeps,
    private readonly redriveFunction: string,
    /** How late an event may be, in milliseconds, before its failures park its entity. */
    private readonly patience = LATE_MS,
  ) {}

  /**
   * Publishes lines and answers the rows that must come again. A round publishes the next event of every entity: an event is
   * sent only when the one before it is known to be published, and a call to the topic never holds two of one entity.
   */
  async publishAll(lines: readonly OutboxLine[]): Promise<readonly StreamRow[]> {
    if (lines.length === 0) return [];
    let active = await this.putBehindParked(lines);
    while (active.length > 0) {
      const round = await this.nextEvents(active);
      const published = await this.publish(round);
      active = [];
      for (const [next, publication] of published) {
        if (await this.settle(next, publication)) active.push(next.line);
      }
    }
    return this.again;
  }

  /** Rows of parked entities wait behind them. Answers the other lines. */
  private async putBehindParked(lines: readonly OutboxLine[]): Promise<OutboxLine[]> {
    const open = await this.deps.parking.openFor(lines.map(({ entity }) => entity));
    if (open.size === 0) return [...lines];
    const free: OutboxLine[] = [];
    for (const line of lines) {
      const caseId = open.get(line.entity);
      if (caseId === undefined || !(await this.follow(line, caseId))) free.push(line);
    }
    return free;
  }

  /** `false` when the case was closed meanwhile: everything before these rows is published. */
  private async follow(line: OutboxLine, caseId: string): Promise<boolean> {
    try {
      for (const { key } of line.left()) {
        await this.deps.rows.keep(key);
        await this.deps.parking.append(caseId, [rowReference(key)]);
        this.deps.report.parked(line.entity, 'GroupParked');
        line.skipRow();
      }
    } catch (error) {
      if (error instanceof CaseClosedError) return false;
      this.postpone(line, nameOf(error));
    }
    return true;
  }

  /** The next event of each line; lines whose next event can never be sent are parked. */
  private async nextEvents(lines: readonly OutboxLine[]): Promise<NextEvent[]> {
    const { topic } = this.deps;
    const round: NextEvent[] = [];
    for (const line of lines) {
      try {
        const next = line.next();
        if (next === undefined) continue;
        if (topic.sizeOf(next.message) <= topic.maxBytes) round.push(next);
        else await this.park(line, 'TooLarge', `event ${next.message.id} has more than ${topic.maxBytes} bytes`);
      } catch (error) {
        if (!(error instanceof UnreadableMessageError)) throw error;
        await this.park(line, 'Unreadable', error.message);
      }
    }
    return round;
  }

  private async publish(round: readonly NextEvent[]): Promise<(readonly [NextEvent, Publication])[]> {
    const sent = topicBatches(this.deps.topic, round).map(async (batch) => {
      const publications = await this.deps.topic.publish(batch.map(({ message }) => message));
      return batch.map((next, index) => [next, publications[index] ?? UNANSWERED] as const);
    });
    return (await Promise.all(sent)).flat();
  }

  /** Whether the line may go on. */
  private async settle({ line, message, committedAt }: NextEvent, publication: Publication): Promise<boolean> {
    const lag = this.deps.clock.now().getTime() - committedAt;
    if (publication.kind === 'published') {
      this.deps.report.published(lag);
      line.advance();
      return true;
    }
    const { kind, reason } = publication;
    if (kind === 'poison') await this.park(line, 'Refused', `the topic refuses event ${message.id}: ${reason}`);
    else if (lag > this.patience)
      await this.park(line, 'Late', `event ${message.id} fails for hours, now by ${reason}`);
    else this.postpone(line, reason);
    return false;
  }

  private async park(line: OutboxLine, reason: string, explanation: string): Promise<void> {
    const rows = line.left();
    const about = { kind: 'outbox', group: line.entity, subject: line.entity, reason, explanation } as const;
    const messages = rows.map(({ key }) => rowReference(key));
    try {
      // First: a crash in between leaves a row that does not expire and is parked when it comes again.
      for (const { key } of rows) await this.deps.rows.keep(key);
      await this.deps.parking.park({ ...about, redriveFunction: this.redriveFunction, messages });
    } catch (error) {
      this.postpone(line, nameOf(error));
      return;
    }
    for (const _ of rows) this.deps.report.parked(line.entity, reason);
  }

  private postpone(line: OutboxLine, reason: string): void {
    this.deps.report.postponed(line.entity, reason);
    this.again.push(...line.left());
  }
}
