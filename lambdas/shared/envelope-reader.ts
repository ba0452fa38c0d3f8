import type { Envelope } from './envelope';
import { UnreadableMessageError } from './message.errors';

/** A CloudEvents JSON message whose attributes are checked and whose data is not decoded yet. */
export interface RawEnvelope extends Envelope<unknown> {
  /** Avro data, base64. */
  readonly data_base64?: string;
  readonly tasktoken?: string;
}

const textAttributes = [
  'id',
  'source',
  'type',
  'time',
  'subject',
  'correlationid',
  'causationid',
  'originregion',
] as const;
const optionalTextAttributes = ['traceparent', 'dataschema', 'data_base64', 'tasktoken'] as const;

type Unchecked = { readonly [Key in keyof RawEnvelope]?: unknown };

/** By hand and without allocation: it runs for each message of each consumer. Answers the first attribute that is wrong. */
const faultOf = (raw: Unchecked): string | undefined => {
  if (raw.specversion !== '1.0') return 'specversion';
  for (const name of textAttributes) {
    const value = raw[name];
    if (typeof value !== 'string' || value === '') return name;
  }
  if (!Number.isSafeInteger(raw.sequence)) return 'sequence';
  for (const name of optionalTextAttributes) {
    const value = raw[name];
    if (value !== undefined && typeof value !== 'string') return name;
  }
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
