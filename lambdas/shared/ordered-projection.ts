import type { Delivered } from './envelope';
import type { RawEnvelope } from './envelope-reader';
import { UnknownSchemaError, UnreadableMessageError } from './message.errors';
import type { Effect } from './ordered-effect';
import type { AcceptedStreamEvent } from './stream-event';
import type { RecordPlace } from './stream-record';

/** What an event changes, or why it cannot be told. */
export type Projection = { readonly kind: 'effects'; readonly effects: readonly Effect[] } | Poison;

/** An event that no retry will make fit. */
export interface Poison {
  readonly kind: 'poison';
  /** Short and stable, for counting. */
  readonly reason: 'Unreadable' | 'UnknownSchema' | 'FutureTime' | 'ProjectionFailed' | 'TooManyEffects';
  /** For the operator; never holds payload. */
  readonly explanation: string;
}

/** How far ahead of the consumer's clock an event may say it happened: a day. Clocks differ by seconds, and time zones mistaken for UTC by hours. */
export const MAX_AHEAD_MS = 24 * 3_600_000;
/** Most effects of one event: one transaction takes 100 items, and writes the position and what has waited as well. */
export const MAX_EFFECTS = 90;

/** An event whose last attributes are yet to be set. */
type Completing = { -readonly [Key in keyof Delivered<unknown>]: Delivered<unknown>[Key] };

const nothing: Projection = { kind: 'effects', effects: [] };
const poison = (reason: Poison['reason'], explanation: string): Poison => ({ kind: 'poison', reason, explanation });

/** Decodes events of the accepted types and tells what they change. */
export class EventProjector {
  private readonly accepted: ReadonlyMap<string, AcceptedStreamEvent>;
  private readonly ignored: ReadonlySet<string>;

  constructor(
    private readonly consumer: string,
    accepts: readonly AcceptedStreamEvent[],
    ignores: readonly string[],
  ) {
    this.accepted = new Map(accepts.map((one) => [one.type, one]));
    this.ignored = new Set(ignores);
  }

  /** @param now epoch milliseconds */
  project(envelope: RawEnvelope, place: RecordPlace, now: number): Projection {
    const { type, time } = envelope;
    const at = Date.parse(time);
    if (Number.isNaN(at)) return poison('Unreadable', `time of ${type} is no RFC 3339 time`);
    if (at - now > MAX_AHEAD_MS) {
      return poison(
        'FutureTime',
        `time of ${type} is ${time}, expected at most ${MAX_AHEAD_MS / 3_600_000} hours ahead`,
      );
    }
    const one = this.accepted.get(type);
    if (one !== undefined) return this.effectsOf(one, envelope, place);
    return this.ignored.has(type) ? nothing : poison('Unreadable', `${this.consumer} does not accept ${type}`);
  }

  private effectsOf(one: AcceptedStreamEvent, envelope: RawEnvelope, place: RecordPlace): Projection {
    // The envelope was parsed for this and is nobody else's: it becomes the event, no copy of it for each.
    const event = envelope as Completing;
    try {
      event.data = one.read(envelope);
      event.receiveCount = 1;
    } catch (error) {
      if (error instanceof UnreadableMessageError) return poison('Unreadable', error.message);
      if (error instanceof UnknownSchemaError) return poison('UnknownSchema', error.message);
      throw error;
    }
    const { lane, sequenceNumber, arrivedAt } = place;
    let effects: readonly Effect[];
    try {
      effects = one.project(event, { lane, record: { sequenceNumber, arrivedAt } });
    } catch (error) {
      // A projection is pure: whatever it throws, it throws again. The message may quote the payload, so that only the name is told.
      const name = error instanceof Error ? error.name : 'something that is no Error';
      return poison('ProjectionFailed', `${this.consumer} failed with ${name} at ${envelope.type}`);
    }
    if (effects.length <= MAX_EFFECTS) return { kind: 'effects', effects };
    return poison('TooManyEffects', `${envelope.type} has ${effects.length} effects, expected at most ${MAX_EFFECTS}`);
  }
}
