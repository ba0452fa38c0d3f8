import { alwaysActive } from './always-active-region-gate.adapter';
import type { Cause } from './cause';
import type { Clock } from './clock.port';
import { type Adoption, adoptionFor } from './entity-home';
import { EntitySchema } from './entity-schema';
import { DuplicateMessageError, StaleEntityError } from './entity-store.errors';
import type { Commit, EntityStore, InboxEntry, Known, Stored } from './entity-store.port';
import { DEFAULT_INBOX_RETENTION_SECONDS, DEFAULT_OUTBOX_RETENTION_SECONDS, epochSeconds, isRenewalDue } from './inbox';
import { type OutboxRow, outboxRow } from './outbox';
import type { RegionGate } from './region-gate.port';

/** What an in-memory store needs to know; the meaning is that of the DynamoDB store's options. */
export interface InMemoryEntityStoreOptions {
  readonly kind: string;
  readonly context: string;
  readonly region: string;
  readonly clock: Clock;
  readonly gate?: RegionGate;
  readonly inboxRetentionSeconds?: number;
  readonly outboxRetentionSeconds?: number;
}

/** What stores hold. Two regions' stores over the same contents are replicas without a lag. */
export class InMemoryContents<State> {
  /** In the order of the commits, as a stream would tell them. */
  readonly outbox: OutboxRow[] = [];
  /** As they are stored: of an older version, `state` is no `State`. */
  readonly entities = new Map<string, Stored<State> & Partial<Adoption>>();
  readonly inbox = new Map<string, InboxEntry & { readonly expiresAt: number }>();
}

/** Entities, outbox and inbox in memory, for tests: every commit is atomic because nothing in it waits but for the gate, which comes first. */
export class InMemoryEntityStore<State> implements EntityStore<State> {
  private readonly options: InMemoryEntityStoreOptions & { readonly gate: RegionGate };

  constructor(
    options: InMemoryEntityStoreOptions,
    private readonly contents = new InMemoryContents<State>(),
    private readonly schema = EntitySchema.ofOneVersion<State>(options.kind),
  ) {
    this.options = { ...options, gate: options.gate ?? alwaysActive };
  }

  /** In the order of the commits, as a stream would tell them. */
  get outbox(): readonly OutboxRow[] {
    return this.contents.outbox;
  }

  async find(id: string): Promise<Stored<State> | undefined> {
    return this.stored(id);
  }

  async findFor(id: string, messageId: string): Promise<Known<State>> {
    const handled = this.marker(messageId);
    if (handled) this.renew(handled);
    return { stored: this.stored(id), handled };
  }

  async claim(id: string, stored: Stored<State> | undefined, cause: Cause): Promise<Stored<State> | undefined> {
    await this.options.gate.assertActive();
    if (stored === undefined || stored.homeRegion === this.options.region) return stored;
    return this.commit({ id, basedOn: stored, state: stored.state, events: [], cause });
  }

  async commit({ id, basedOn, state, events, cause, message }: Commit<State>): Promise<Stored<State>> {
    const { kind, context, region, clock } = this.options;
    const { outbox, entities } = this.contents;
    const subject = `${kind}/${id}`;
    const adoption = await adoptionFor(this.options, subject, basedOn);
    const now = clock.now();
    const handled = message && this.marker(message.messageId);
    if (handled) throw new DuplicateMessageError(handled.messageId, handled.outcome);
    const known = entities.get(id);
    if (known?.version !== basedOn?.version || known?.homeRegion !== basedOn?.homeRegion)
      throw new StaleEntityError(subject);
    const { state: form, ...versioned } = this.schema.write(state, basedOn?.schemaVersion);
    if (this.schema.isHeldBack(versioned) && known?.schemaVersion !== basedOn?.schemaVersion)
      throw new StaleEntityError(subject);
    const { version = 0, sequence = 0 } = basedOn ?? {};
    if (events.length > 0) {
      const retentionSeconds = this.options.outboxRetentionSeconds ?? DEFAULT_OUTBOX_RETENTION_SECONDS;
      outbox.push(outboxRow({ subject, context, region, sequence, events, cause, now, retentionSeconds }));
    }
    if (message) this.mark(message);
    const stored = { version: version + 1, sequence: sequence + events.length, homeRegion: region, ...versioned };
    const { adoptedFrom, adoptedAtSequence } = { ...known, ...adoption };
    const moved = adoptedFrom !== undefined && { adoptedFrom, adoptedAtSequence };
    entities.set(id, { state: form as State, ...stored, ...moved });
    return { state, ...stored, ...(adoptedFrom !== undefined && { adoptedFrom }) };
  }

  private mark(message: InboxEntry): void {
    const expiresAt = epochSeconds(this.options.clock.now()) + this.inboxRetentionSeconds();
    this.contents.inbox.set(message.messageId, { ...message, expiresAt });
  }

  private renew(handled: InboxEntry): void {
    const marker = this.contents.inbox.get(handled.messageId);
    if (marker && isRenewalDue(marker, this.options.clock.now(), this.inboxRetentionSeconds())) this.mark(handled);
  }

  private inboxRetentionSeconds(): number {
    return this.options.inboxRetentionSeconds ?? DEFAULT_INBOX_RETENTION_SECONDS;
  }

  private stored(id: string): Stored<State> | undefined {
    const known = this.contents.entities.get(id);
    if (!known) return undefined;
    const { version, sequence, homeRegion, adoptedFrom, schemaVersion } = known;
    return {
      ...{ state: this.schema.read(`${this.options.kind}/${id}`, known), version, sequence, homeRegion },
      ...(adoptedFrom !== undefined && { adoptedFrom }),
      ...(schemaVersion !== undefined && { schemaVersion }),
    };
  }

  /** A marker past its time counts as absent, as in the table before TTL sweeps it. */
  private marker(messageId: string): InboxEntry | undefined {
    const marker = this.contents.inbox.get(messageId);
    if (!marker || marker.expiresAt <= epochSeconds(this.options.clock.now())) return undefined;
    return { messageId, outcome: marker.outcome };
  }
}
