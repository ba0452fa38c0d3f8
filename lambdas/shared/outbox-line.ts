import { type OutboxEvent, type OutboxRow, wireEvent } from './outbox';
import { readOutboxRow } from './outbox-row-reader';
import type { StreamRow } from './stream-consumer';
import type { TopicMessage } from './topic.port';

/** An event that is next in its entity's line. */
export interface NextEvent {
  readonly line: OutboxLine;
  readonly message: TopicMessage;
  /** Commit time of the event, epoch milliseconds. */
  readonly committedAt: number;
}

/** The event of a row as the topic takes it. */
export const topicMessage = (row: OutboxRow, event: OutboxEvent): TopicMessage => ({
  id: event.id,
  group: row.subject,
  type: event.type,
  body: wireEvent(row, event),
});

/** The rows of one entity in order, and how far their events are published. */
export class OutboxLine {
  private rowIndex = 0;
  private eventIndex = 0;
  private current: OutboxRow | undefined;

  constructor(
    readonly entity: string,
    private readonly rows: readonly StreamRow[],
  ) {}

  /** Rows that are not completely published. */
  left(): readonly StreamRow[] {
    return this.rows.slice(this.rowIndex);
  }

  /**
   * The next event, or `undefined` at the end of the line. Asking again answers the same event.
   * @throws UnreadableMessageError the next row cannot be read
   */
  next(): NextEvent | undefined {
    for (let row = this.rows[this.rowIndex]; row !== undefined; row = this.rows[this.rowIndex]) {
      this.current ??= readOutboxRow(row.item);
      const event = this.current.events[this.eventIndex];
      if (event) return { line: this, message: topicMessage(this.current, event), committedAt: Date.parse(event.time) };
      this.skipRow();
    }
    return undefined;
  }

  /** The event `next` answered is published. */
  advance(): void {
    this.eventIndex += 1;
    if (this.current && this.eventIndex >= this.current.events.length) this.skipRow();
  }

  /** The first row that is left is taken care of. */
  skipRow(): void {
    this.rowIndex += 1;
    this.eventIndex = 0;
    this.current = undefined;
  }
}

/** One line for each entity, in the order in which the entities first appear. */
export const outboxLines = (rows: readonly StreamRow[]): OutboxLine[] => {
  const byEntity = new Map<string, StreamRow[]>();
  for (const row of rows) {
    const line = byEntity.get(row.key.pk);
    if (line) line.push(row);
    else byEntity.set(row.key.pk, [row]);
  }
  return [...byEntity].map(([entity, line]) => new OutboxLine(entity, line));
};
