import { type RawEnvelope, readEnvelope } from './envelope-reader';
import type { Arrival } from './ordered-arrival';
import { decideDelivery, type Position, REMEMBERED_IDS } from './ordered-delivery';
import { type Effect, effectKeyText, merged } from './ordered-effect';
import type { EventProjector } from './ordered-projection';
import type { EarlyEvent, EntityChange, KnownEntity } from './ordered-store.port';
import type { RecordPlace } from './stream-record';

/** Why an entity cannot go on. */
export interface Halt {
  /** Short and stable, for counting. */
  readonly reason: string;
  /** For the operator; never holds payload. */
  readonly explanation: string;
  /** The event that it stopped at, when it had waited; otherwise that is the first of those left. */
  readonly early?: EarlyEvent;
}

/** One transaction's worth of an entity's events. */
export interface DeliveryPlan {
  /** Absent when nothing changes. */
  readonly change?: EntityChange;
  readonly effects: readonly Effect[];
  /** Items that the transaction writes. */
  readonly items: number;
  /** What is known of the entity once it is written. */
  readonly next: KnownEntity;
  readonly applied: number;
  readonly duplicates: number;
  /** Events that are kept for later. */
  readonly early: number;
  readonly halt?: Halt;
  /** Arrivals that nothing was done about: from the one it stopped at, or for which there was no room. */
  readonly left: readonly Arrival[];
  /** The transaction is full: plan again for what is left. */
  readonly more: boolean;
}

/** What a plan goes by. */
export interface DeliveryRules {
  readonly projector: EventProjector;
  readonly now: Date;
  /** Most items of the transaction. */
  readonly maxItems: number;
  /** Most events to apply. @default as many as fit */
  readonly maxEvents?: number;
  /**
   * Whether what waits and lacks nothing is applied before the arrivals, and stops them when it cannot be. @default true
   */
  readonly drainsFirst?: boolean;
  /** Passes everything up to a number without applying it; ids of what is passed, newest last, empty where there is none. */
  readonly passing?: { readonly to: number; readonly ids: readonly string[] };
}

/** Most events of an entity that are kept while one before them is missing; then the entity is parked, which costs a write an event and no reading. */
export const EARLY_ROOM = 500;
/** Longest text of an event that is kept or parked, in bytes; a longer one is read from the log again. Items have at most 400 KB. */
export const MAX_KEPT_BYTES = 64 * 1_024;
/** Most bytes of kept events in a transaction, which may have 4 MB. */
const MAX_KEPT_BYTES_AT_ONCE = 2 * 1_024 * 1_024;

/** Text of a record as it is kept: `undefined` when it is too long. */
export const keptBody = (body: string): string | undefined =>
  // A character has at most three bytes in UTF-8 for each unit of the string: most need no counting.
  body.length * 3 <= MAX_KEPT_BYTES || Buffer.byteLength(body) <= MAX_KEPT_BYTES ? body : undefined;

class Planning {
  /** As if what is applied here were written. */
  sequence: number;
  readonly recentIds: string[];
  private lastArrival: number | undefined;
  /** Kept events by sequence; made when there is one. */
  private room: Map<number, EarlyEvent> | undefined;
  private readonly effects = new Map<string, Effect>();
  private readonly kept = new Map<number, EarlyEvent>();
  private keptBytes = 0;
  private readonly drained: number[] = [];
  private applied = 0;
  private duplicates = 0;
  private halt: Halt | undefined;
  private full = false;
  private handled = 0;

  constructor(
    private readonly known: KnownEntity,
    private readonly rules: DeliveryRules,
  ) {
    const { position, early } = known;
    const { passing } = rules;
    // The entity may have gone on since somebody decided to pass events.
    const passed = Math.max(0, (passing?.to ?? 0) - position.sequence);
    this.sequence = position.sequence + passed;
    this.recentIds =
      passing && passed > 0 ? [...position.recentIds, ...passing.ids.slice(-passed)] : [...position.recentIds];
    this.lastArrival = position.lastArrival;
    for (const one of early) {
      if (one.sequence <= this.sequence) this.drained.push(one.sequence);
      else (this.room ??= new Map()).set(one.sequence, one);
    }
  }

  plan(arrivals: readonly Arrival[]): DeliveryPlan {
    let goesOn = this.rules.drainsFirst === false || this.drain();
    for (let at = 0; goesOn && at < arrivals.length; at += 1) {
      const arrival = arrivals[at];
      if (arrival !== undefined) goesOn = this.take(arrival);
    }
    return this.end(arrivals);
  }

  private get items(): number {
    return 1 + this.effects.size + this.kept.size + this.drained.length;
  }

  /** Whether the next arrival may be taken. */
  private take(arrival: Arrival): boolean {
    const { envelope } = arrival;
    if (envelope === undefined) return this.stop('Unreadable', arrival.fault ?? 'the record cannot be read');
    const decision = decideDelivery(this, envelope);
    switch (decision.kind) {
      case 'apply':
        return this.takeNext(arrival.record.place, envelope);
      case 'duplicate':
        this.duplicates += 1;
        this.handled += 1;
        return true;
      case 'early':
        return this.keep(arrival, envelope);
      case 'contradiction':
        return this.contradicts(envelope, decision.appliedId);
    }
  }

  private takeNext(place: RecordPlace, envelope: RawEnvelope): boolean {
    const { id, sequence } = envelope;
    const known = this.room?.get(sequence);
    if (known !== undefined && known.id !== id) return this.contradicts(envelope, known.id);
    if (!this.apply(envelope, place)) return false;
    if (known !== undefined) this.leaveRoom(sequence);
    this.handled += 1;
    return this.drain();
  }

  private keep({ record, body }: Arrival, { id, sequence }: RawEnvelope): boolean {
    const known = this.room?.get(sequence);
    if (known !== undefined) {
      if (known.id !== id) return this.contradicts({ id, sequence }, known.id);
      this.duplicates += 1;
      this.handled += 1;
      return true;
    }
    this.room ??= new Map();
    if (this.room.size >= EARLY_ROOM) {
      const explanation = `${this.room.size} events wait for event ${this.sequence + 1}, and there is room for no more`;
      return this.stop('EarlyRoomFull', explanation);
    }
    const text = keptBody(body);
    if (this.items >= this.rules.maxItems || this.keptBytes + (text?.length ?? 0) > MAX_KEPT_BYTES_AT_ONCE) {
      this.full = true;
      return false;
    }
    const { place, partitionKey } = record;
    const early = { sequence, id, place, partitionKey, ...(text !== undefined && { body: text }) };
    this.room.set(sequence, early);
    this.kept.set(sequence, early);
    this.keptBytes += text?.length ?? 0;
    this.handled += 1;
    return true;
  }

  /** Applies what has waited, as far as it is its turn. */
  private drain(): boolean {
    for (;;) {
      const next = this.room?.get(this.sequence + 1);
      if (next === undefined) return true;
      if (next.body === undefined) {
        return this.stop(
          'TooLarge',
          `event ${next.sequence} was too large to be kept, and the log has it no more`,
          next,
        );
      }
      if (!this.apply(readEnvelope(next.body), next.place, next)) return false;
      this.leaveRoom(next.sequence);
    }
  }

  private leaveRoom(sequence: number): void {
    this.room?.delete(sequence);
    // One that came in this batch was not written yet, and need not be.
    if (!this.kept.delete(sequence)) this.drained.push(sequence);
  }

  private apply(envelope: RawEnvelope, place: RecordPlace, early?: EarlyEvent): boolean {
    const { projector, now, maxItems, maxEvents = Number.POSITIVE_INFINITY } = this.rules;
    if (this.applied >= maxEvents) {
      this.full = true;
      return false;
    }
    const projection = projector.project(envelope, place, now.getTime());
    if (projection.kind === 'poison') return this.stop(projection.reason, projection.explanation, early);
    const { effects } = projection;
    // The one more is what the event drains. Alone it always fits.
    if (this.items > 1 && this.items + effects.length + 1 > maxItems) {
      this.full = true;
      return false;
    }
    for (const effect of effects) {
      const key = effectKeyText(effect.key);
      const before = this.effects.get(key);
      this.effects.set(key, before === undefined ? effect : merged(before, effect));
    }
    this.sequence = envelope.sequence;
    this.recentIds.push(envelope.id);
    this.lastArrival = place.arrivedAt;
    this.applied += 1;
    return true;
  }

  private contradicts({ id, sequence }: { readonly id: string; readonly sequence: number }, other: string): boolean {
    const taken = other === '' ? 'was given up' : `is taken by ${other}`;
    return this.stop(
      'SequenceGoesBack',
      `event ${id} is numbered ${sequence}, which ${taken}; expected ${this.sequence + 1}`,
    );
  }

  private stop(reason: string, explanation: string, early?: EarlyEvent): false {
    this.halt = { reason, explanation, ...(early && { early }) };
    return false;
  }

  private end(arrivals: readonly Arrival[]): DeliveryPlan {
    const { known, halt } = this;
    const next = this.next();
    const changed = next.position.version !== known.position.version;
    const change: EntityChange = {
      before: known.position,
      after: next.position,
      keep: [...this.kept.values()],
      drained: this.drained,
    };
    return {
      ...(changed && { change }),
      effects: [...this.effects.values()],
      items: this.items,
      next,
      applied: this.applied,
      duplicates: this.duplicates,
      early: this.kept.size,
      ...(halt && { halt }),
      left: this.handled === arrivals.length ? [] : arrivals.slice(this.handled),
      more: this.full,
    };
  }

  private next(): KnownEntity {
    const before = this.known.position;
    const waiting = this.room?.size ?? 0;
    if (this.sequence === before.sequence && this.kept.size === 0 && waiting === before.waiting) return this.known;
    const early = waiting === 0 ? [] : [...(this.room?.values() ?? [])].sort((a, b) => a.sequence - b.sequence);
    // Another gap is another wait.
    const since = this.sequence === before.sequence ? before.waitingSince : undefined;
    const position: Position = {
      entity: before.entity,
      sequence: this.sequence,
      recentIds: this.recentIds.length > REMEMBERED_IDS ? this.recentIds.slice(-REMEMBERED_IDS) : this.recentIds,
      waiting,
      ...(waiting > 0 && { waitingSince: since ?? this.rules.now.toISOString() }),
      ...(this.lastArrival !== undefined && { lastArrival: this.lastArrival }),
      version: before.version + 1,
    };
    return { position, early };
  }
}

/** Plans what one transaction does about the arrivals of an entity, in the order in which they came. Decides only: writes nothing. */
export const planDelivery = (known: KnownEntity, arrivals: readonly Arrival[], rules: DeliveryRules): DeliveryPlan =>
  new Planning(known, rules).plan(arrivals);
