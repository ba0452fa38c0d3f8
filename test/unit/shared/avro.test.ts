import avsc from 'avsc';
import fc from 'fast-check';
import * as contracts from '../../../contracts/avro/events';
import { encoderOf } from '../../../lambdas/shared/avro-encoder';
import { decodeEvent } from '../../../lambdas/shared/avro-reader';
import { AvroSink } from '../../../lambdas/shared/avro-sink';
import { encodeEvent } from '../../../lambdas/shared/avro-writer';
import type { AvroSchema, EventContract } from '../../../lambdas/shared/event-contract';
import { UnknownSchemaError, UnreadableMessageError } from '../../../lambdas/shared/message.errors';
import { schemaHeader, schemaVersionIdOf } from '../../../lambdas/shared/schema-header';

interface Sample {
  readonly schema: { readonly [key: string]: unknown } | string;
  readonly values: fc.Arbitrary<unknown>;
}

const primitives: readonly Sample[] = [
  { schema: 'null', values: fc.constant(null) },
  { schema: 'boolean', values: fc.boolean() },
  { schema: 'int', values: fc.integer() },
  {
    schema: 'long',
    values: fc.oneof(
      fc.integer({ min: -(2 ** 52) + 1, max: 2 ** 52 - 1 }),
      fc.integer(),
      fc.integer({ min: -200, max: 200 }),
    ),
  },
  { schema: 'float', values: fc.float({ noNaN: true }) },
  { schema: 'double', values: fc.double({ noNaN: true }) },
  { schema: 'string', values: fc.string({ unit: 'grapheme' }) },
  { schema: 'bytes', values: fc.uint8Array().map((bytes) => Buffer.from(bytes)) },
  { schema: { type: 'long', logicalType: 'timestamp-millis' }, values: fc.integer({ min: 0 }) },
];

/** A random schema within our subset, with values that fit it. */
const samples = (depth: number): fc.Arbitrary<Sample> => {
  if (depth === 0) return fc.constantFrom(...primitives);
  const inner = samples(depth - 1);
  const named = fc.integer({ min: 0, max: 1_000_000_000 }).map((number) => `N${number}`);
  const array = inner.map(({ schema, values }) => ({
    schema: { type: 'array', items: schema },
    values: fc.array(values),
  }));
  const map = inner.map(({ schema, values }) => ({
    schema: { type: 'map', values: schema },
    values: fc.dictionary(fc.string(), values, { noNullPrototype: true }),
  }));
  const choice = named.map((name) => ({
    schema: { type: 'enum', name, symbols: ['A', 'B', 'C'] },
    values: fc.constantFrom('A', 'B', 'C'),
  }));
  const record = fc.tuple(named, fc.array(inner, { minLength: 1, maxLength: 4 })).map(([name, fields]) => ({
    schema: { type: 'record', name, fields: fields.map(({ schema }, index) => ({ name: `f${index}`, type: schema })) },
    values: fc.record(Object.fromEntries(fields.map(({ values }, index) => [`f${index}`, values]))),
  }));
  return fc.oneof(array, map, choice, record, fc.constantFrom(...primitives));
};

/** avsc wants each name once; random names may meet. */
const hasUniqueNames = (schema: unknown): boolean => {
  const names = JSON.stringify(schema).match(/"N\d+"/g) ?? [];
  return new Set(names).size === names.length;
};

const written = (schema: AvroSchema, value: unknown): Buffer => {
  const sink = new AvroSink();
  encoderOf(schema)(sink, value, '');
  return Buffer.from(sink.toBytes());
};
const typeOf = (schema: AvroSchema) => avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: false });

describe('the Avro writer', () => {
  it('writes the same bytes as avsc, whatever the schema and the value', () => {
    const cases = samples(3)
      .filter(({ schema }) => hasUniqueNames(schema))
      .chain(({ schema, values }) => values.map((value) => ({ schema, value })));

    fc.assert(
      fc.property(cases, ({ schema, value }) => {
        expect(written(schema, value)).toEqual(typeOf(schema).toBuffer(value));
      }),
      { numRuns: 500 },
    );
  });

  it.each([[['null', 'string']], [['string', 'null']]])('writes an optional value as avsc does: %j', (schema) => {
    for (const value of [null, 'text']) expect(written(schema, value)).toEqual(typeOf(schema).toBuffer(value));
  });

  it('writes a record that contains itself', () => {
    const schema = { type: 'record', name: 'Node', fields: [{ name: 'next', type: ['null', 'Node'] }] };
    const value = { next: { next: { next: null } } };

    expect(written(schema, value)).toEqual(typeOf(schema).toBuffer(value));
  });

  const line = { type: 'record', name: 'Line', fields: [{ name: 'quantity', type: 'int' }] };
  const schema = { type: 'record', name: 'Order', fields: [{ name: 'lines', type: { type: 'array', items: line } }] };
  it.each([
    [{ lines: [{ quantity: 1 }, { quantity: '2' }] }, 'lines[1].quantity is string, expected a 32-bit integer'],
    [{ lines: [{ quantity: 2 ** 31 }] }, 'lines[0].quantity is number, expected a 32-bit integer'],
    [{ lines: [{}] }, 'lines[0].quantity is undefined, expected a 32-bit integer'],
    [{ lines: [{ quantity: 1.5 }] }, 'lines[0].quantity is number, expected a 32-bit integer'],
    [{ lines: {} }, 'lines is object, expected an array'],
    [null, 'the payload is null, expected an object'],
  ])('names the field that does not fit, not its value: %j', (value, message) => {
    expect(() => written(schema, value)).toThrow(message);
  });

  it.each([[['string', 'int']], [['null']], [{ type: 'fixed', name: 'F', size: 2 }], ['unknown']])(
    'refuses a schema outside of its subset: %j',
    (unsupported) => {
      expect(() => encoderOf(unsupported)).toThrow(TypeError);
    },
  );
});

const contractOf = (id: string, schema: AvroSchema, earlier?: EventContract<unknown>['earlier']) => ({
  ...{ type: 'test.Happened.v1', schemaVersionId: id, schema },
  ...(earlier && { earlier }),
});
const [FIRST, SECOND] = ['11111111-1111-5111-8111-111111111111', '22222222-2222-5222-8222-222222222222'];
const first = { type: 'record', name: 'Happened', fields: [{ name: 'what', type: 'string' }] };
const second = { ...first, fields: [...first.fields, { name: 'where', type: 'string', default: 'here' }] };

describe('an event on its way', () => {
  it.each(Object.values(contracts))('comes out as it went in: $type', (contract) => {
    const type = typeOf(contract.schema);
    for (let time = 0; time < 50; time += 1) {
      const data = type.random();
      expect(decodeEvent<unknown>(contract, encodeEvent<unknown>(contract, data))).toEqual(data);
    }
  });

  it('starts with the Glue Schema Registry header', () => {
    const payload = encodeEvent(contractOf(FIRST, first), { what: 'x' });

    expect([...payload.subarray(0, 18)]).toEqual([3, 0, ...Buffer.from(FIRST.replaceAll('-', ''), 'hex')]);
    expect(schemaVersionIdOf(payload)).toBe(FIRST);
  });

  it('is resolved to the reader’s schema when it was written with an earlier one', () => {
    const sent = encodeEvent(contractOf(FIRST, first), { what: 'x' });
    const reader = contractOf(SECOND, second, [{ schemaVersionId: FIRST, schema: first }]);

    expect(decodeEvent(reader, sent)).toEqual({ what: 'x', where: 'here' });
  });

  it('is refused for the time being when it was written with a schema that is not known here', () => {
    const payload = encodeEvent(contractOf(SECOND, second), { what: 'x', where: 'y' });

    expect(() => decodeEvent(contractOf(FIRST, first), payload)).toThrow(UnknownSchemaError);
  });

  it('is unreadable without a header, cut short, or with something behind it', () => {
    const contract = contractOf(FIRST, first);
    const payload = encodeEvent(contract, { what: 'something' });
    const broken = [
      new Uint8Array(),
      payload.subarray(0, 17),
      payload.subarray(0, payload.length - 1),
      Buffer.concat([payload, Buffer.from([0])]),
      Buffer.concat([Buffer.from([3, 5]), payload.subarray(2)]),
    ];

    for (const bytes of broken) expect(() => decodeEvent(contract, bytes)).toThrow(UnreadableMessageError);
  });

  it('never makes the reader fail in any other way, whatever the bytes', () => {
    const header = Buffer.from(schemaHeader(contracts.orderPlacedV1.schemaVersionId));

    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeEvent(contracts.orderPlacedV1, Buffer.concat([header, bytes]));
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableMessageError);
        }
      }),
    );
  });
});
