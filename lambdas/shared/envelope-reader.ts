import type { Envelope } from './envelope';
import { UnreadableMessageError } from './message.errors';

/** A CloudEvents JSON message whose attributes are checked and whose data is not decoded yet. */
export interface RawEnvelope extends Envelope<unknown> {
  /** Avro data, base64. */
  readonly data_base64?: string;
  readonly tasktoken?: string;
}

type Unchecked = { readonly [Key in keyof RawEnvelope]?: unknown };

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isOptionalText = (value: unknown): boolean => value === undefined || typeof value === 'string';

/** The first attribute that is wrong. One by one and without a list of names to run through: every message of every consumer passes here. */
const faultOf = (raw: Unchecked): keyof RawEnvelope | undefined => {
  if (raw.specversion !== '1.0') return 'specversion';
  if (!isText(raw.id)) return 'id';
  if (!isText(raw.source)) return 'source';
  if (!isText(raw.type)) return 'type';
  if (!isText(raw.time)) return 'time';
  if (!isText(raw.subject)) return 'subject';
  if (!isText(raw.correlationid)) return 'correlationid';
  if (!isText(raw.causationid)) return 'causationid';
  if (!isText(raw.originregion)) return 'originregion';
  if (!Number.isSafeInteger(raw.sequence)) return 'sequence';
  if (!isOptionalText(raw.traceparent)) return 'traceparent';
  if (!isOptionalText(raw.dataschema)) return 'dataschema';
  if (!isOptionalText(raw.data_base64)) return 'data_base64';
  if (!isOptionalText(raw.tasktoken)) return 'tasktoken';
  return undefined;
};

const isEnvelope = (raw: unknown): raw is RawEnvelope =>
  typeof raw === 'object' && raw !== null && faultOf(raw) === undefined;

/**
 * Reads the envelope of a message body.
 * @throws UnreadableMessageError not JSON, or not our envelope; names the attribute, never its value
 */
export const readEnvelope = (body: string): RawEnvelope => {
  let raw: unknown;
  try {
    raw = JSON.parse(body);
  } catch {
    // The parser's message quotes the text, which may be personal.
    throw new UnreadableMessageError('the message is not JSON');
  }
  if (isEnvelope(raw)) return raw;
  const fault = typeof raw === 'object' && raw !== null ? faultOf(raw) : 'everything';
  throw new UnreadableMessageError(`the message is not a CloudEvent of ours: wrong attribute ${fault}`);
};
