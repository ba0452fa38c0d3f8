/**
 * The one envelope of everything that crosses a context's border: CloudEvents 1.0 attributes
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md) and five extensions of our own.
 */
export interface Envelope<T> {
  readonly specversion: '1.0';
  /** Deterministic: UUIDv5 of (subject, sequence, type). The same fact has the same id in every region. */
  readonly id: string;
  /** The context that states the fact, for example `/tenfold/ordering`. */
  readonly source: string;
  /** `<context>.<Name>.v<major>`. */
  readonly type: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** The entity, `<kind>/<id>`, for example `order/6f1c…`; also the FIFO message group. */
  readonly subject: string;
  /** Position among the entity's events: 1, 2, 3 … */
  readonly sequence: number;
  readonly correlationid: string;
  readonly causationid: string;
  /** The region whose relay publishes it. */
  readonly originregion: string;
  readonly traceparent?: string;
  /** `urn:avro:<schemaVersionId>` for events; absent for JSON commands. */
  readonly dataschema?: string;
  readonly data: T;
}

/** A message as a consumer sees it: checked, decoded, with what the transport knows of its delivery. */
export interface Delivered<T> extends Envelope<T> {
  /** Present on commands a saga sends and waits for (Step Functions task token). */
  readonly tasktoken?: string;
  /** How often the queue has handed it out, this time included: 1, 2, … */
  readonly receiveCount: number;
}
