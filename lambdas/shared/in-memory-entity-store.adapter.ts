import type { Clock } from './clock.port';
import { DuplicateMessageError, StaleEntityError } from './entity-store.errors';
import type { Commit, EntityStore, InboxEntry, Known, Stored } from './entity-store.port';
import { DEFAULT_INBOX_RETENTION_SECONDS, DEFAULT_OUTBOX_RETENTION_SECONDS, epochSeconds, isRenewalDue } from './inbox';
import { type OutboxRow, outboxRow } from './outbox';

/** What an in-memory store needs to know; the meaning is that of the DynamoDB store's options. */
export interface InMemoryEntityStoreOptions {
  readonly kind: string;
  readonly context: string;
  readonly region: string;
  readonly clock: Clock;
  readonly inboxRetentionSeconds?: number;
  readonly outboxRetentionSeconds?: number;
}

/** Entities, outbox and inbox in memory, for tests: every commit is atomic because nothing in it waits. */
export class InMemoryEntityStore<State> implements EntityStore<State> {
  /** In the order of the commits, as a stream would tell them. */
  readonly outbox: OutboxRow[] = [];
  private readonly entities = new Map<string, Stored<State>>();
  private readonly inbox = new Map<string, InboxEntry & { readonly expiresAt: number }>();

  constructor(private readonly options: InMemoryEntityStoreOptions) {}

  async find(id: string): Promise<Stored<State> | undefined> {
    return this.entities.get(id);
  }

  async findFor(id: string, messageId: string): Promise<Known<State>> {
    const handled = this.marker(messageId);
    if (handled) this.renew(handled);
    return { stored: this.entities.get(id), handled };
  }

  async commit({ id, basedOn, state, events, cause, message }: Commit<State>): Promise<Stored<State>> {
    const { kind, context, region, clock } = this.options;
    const now = clock.now();
    const handled = message && this.marker(message.messageId);
    if (handled) throw new DuplicateMessageError(handled.messageId, handled.outcome);
    const subject = `${kind}/${id}`;
    if (this.entities.get(id)?.version !== basedOn?.version) throw new StaleEntityError(subject);
    const { version = 0, sequence = 0 } = basedOn ?? {};
    if (events.length > 0) {
      const retentionSeconds = this.options.outboxRetentionSeconds ?? DEFAULT_OUTBOX_RETENTION_SECONDS;
      this.outbox.push(outboxRow({ subject, context, region, sequence, events, cause, now, retentionSeconds }));
    }
    if (message) this.mark(message);
    const stored = { state, version: version + 1, sequence: sequence + events.length };
    this.entities.set(id, stored);
    return stored;
  }

  private mark(message: InboxEntry): void {
    const expiresAt = epochSeconds(this.options.clock.now()) + this.inboxRetentionSeconds();
    this.inbox.set(message.messageId, { ...message, expiresAt });
  }

  private renew(handled: InboxEntry): void {
    const marker = this.inbox.get(handled.messageId);
    if (marker && isRenewalDue(marker, this.options.clock.now(), this.inboxRetentionSeconds())) this.mark(handled);
  }

  private inboxRetentionSeconds(): number {
    return this.options.inboxRetentionSeconds ?? DEFAULT_INBOX_RETENTION_SECONDS;
  }

  /** A marker past its time counts as absent, as in the table before TTL sweeps it. */
  private marker(messageId: string): InboxEntry | undefined {
    const marker = this.inbox.get(messageId);
    if (!marker || marker.expiresAt <= epochSeconds(this.options.clock.now())) return undefined;
    return { messageId, outcome: marker.outcome };
  }
}
