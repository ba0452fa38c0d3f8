import type { AvroSink } from './avro-sink';
import type { AvroSchema } from './event-contract';

/** A value that does not fit its Avro schema. Names the place and the types, never the value: it may be personal. */
export class AvroValueError extends Error {
  override readonly name = 'AvroValueError';
  constructor(path: string, expected: string, value: unknown) {
    super(`${path === '' ? 'the payload' : path} is ${value === null ? 'null' : typeof value}, expected ${expected}`);
  }
}

/** Writes one value; `path` is where it stands in the payload, for errors. */
export type Encoder = (sink: AvroSink, value: unknown, path: string) => void;

type Definition = { readonly [key: string]: unknown };

const INT_MAX = 2 ** 31 - 1;
/** Zigzag doubles a value: beyond this a double is no longer exact, neither here nor in avsc, which reads it. */
const LONG_MAX = 2 ** 52 - 1;
const isIn = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
const isMap = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

const checked =
  <T>(expected: string, fits: (value: unknown) => value is T, write: (sink: AvroSink, value: T) => void): Encoder =>
  (sink, value, path) => {
    if (!fits(value)) throw new AvroValueError(path, expected, value);
    write(sink, value);
  };
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

const primitives: { readonly [name: string]: Encoder } = {
  null: checked(
    'null',
    (value): value is null => value === null,
    () => undefined,
  ),
  boolean: checked(
    'a boolean',
    (value): value is boolean => typeof value === 'boolean',
    (sink, value) => sink.byte(value ? 1 : 0),
  ),
  int: checked(
    'a 32-bit integer',
    (value) => isIn(value, -INT_MAX - 1, INT_MAX),
    (sink, value) => sink.long(value),
  ),
  long: checked(
    'an integer of at most 52 bits',
    (value) => isIn(value, -LONG_MAX, LONG_MAX),
    (sink, value) => sink.long(value),
  ),
  float: checked('a number', isNumber, (sink, value) => sink.float(value)),
  double: checked('a number', isNumber, (sink, value) => sink.double(value)),
  string: checked('a string', isText, (sink, value) => sink.string(value)),
  bytes: checked('bytes', isBytes, (sink, value) => {
    sink.long(value.length);
    sink.raw(value);
  }),
};

const recordEncoder = (definition: Definition, named: Map<string, Encoder>): Encoder => {
  const fields: { name: string; encode: Encoder }[] = [];
  const encodeRecord: Encoder = (sink, value, path) => {
    if (!isMap(value)) throw new AvroValueError(path, 'an object', value);
    for (const { name, encode } of fields) encode(sink, value[name], path === '' ? name : `${path}.${name}`);
  };
  // Known by name before its fields are compiled: a record may contain itself.
  named.set(String(definition['name']), encodeRecord);
  for (const field of definition['fields'] as readonly Definition[]) {
    fields.push({ name: String(field['name']), encode: compile(field['type'] as AvroSchema, named) });
  }
  return encodeRecord;
};

const enumEncoder = (definition: Definition): Encoder => {
  const symbols = new Map((definition['symbols'] as readonly string[]).map((symbol, index) => [symbol, index]));
  return (sink, value, path) => {
    const index = isText(value) ? symbols.get(value) : undefined;
    if (index === undefined) throw new AvroValueError(path, `one of ${[...symbols.keys()].join(', ')}`, value);
    sink.long(index);
  };
};

const arrayEncoder =
  (item: Encoder): Encoder =>
  (sink, value, path) => {
    if (!Array.isArray(value)) throw new AvroValueError(path, 'an array', value);
    if (value.length > 0) sink.long(value.length);
    value.forEach((element, index) => item(sink, element, `${path}[${index}]`));
    sink.long(0);
  };

const mapEncoder =
  (item: Encoder): Encoder =>
  (sink, value, path) => {
    if (!isMap(value)) throw new AvroValueError(path, 'an object', value);
    const entries = Object.entries(value);
    if (entries.length > 0) sink.long(entries.length);
    for (const [key, element] of entries) {
      sink.string(key);
      item(sink, element, `${path}.${key}`);
    }
    sink.long(0);
  };

/** Only `["null", X]` and `[X, "null"]`: every other union would need a tag in the payload's type. */
const optionalEncoder = (branches: readonly AvroSchema[], named: Map<string, Encoder>): Encoder => {
  const nothing = branches.indexOf('null');
  const other = branches[1 - nothing];
  if (branches.length !== 2 || nothing < 0 || other === undefined) {
    throw new TypeError(`unions other than of null and one type are not supported: ${JSON.stringify(branches)}`);
  }
  const encode = compile(other, named);
  return (sink, value, path) => {
    sink.long(value === null ? nothing : 1 - nothing);
    if (value !== null) encode(sink, value, path);
  };
};

const compile = (schema: AvroSchema, named: Map<string, Encoder>): Encoder => {
  if (typeof schema === 'string') {
    const encoder = primitives[schema] ?? named.get(schema);
    if (!encoder) throw new TypeError(`unknown Avro type ${schema}`);
    return encoder;
  }
  if (Array.isArray(schema)) return optionalEncoder(schema, named);
  const definition = schema as Definition;
  switch (definition['type']) {
    case 'record':
      return recordEncoder(definition, named);
    case 'enum': {
      const encoder = enumEncoder(definition);
      named.set(String(definition['name']), encoder);
      return encoder;
    }
    case 'array':
      return arrayEncoder(compile(definition['items'] as AvroSchema, named));
    case 'map':
      return mapEncoder(compile(definition['values'] as AvroSchema, named));
    default:
      return compile(definition['type'] as AvroSchema, named);
  }
};

/**
 * Compiles an Avro schema to a writer of its values. The subset our contracts use: no `fixed`, no unions but with null.
 * @throws TypeError the schema is outside of the subset
 */
export const encoderOf = (schema: AvroSchema): Encoder => compile(schema, new Map());
