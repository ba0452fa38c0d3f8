import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { v5 } from 'uuid';
import type { AvroSchema } from '../lambdas/shared/event-contract';
import { generateProbes } from './generate-probes';

const root = resolve(__dirname, '..');
const schemasFolder = join(root, 'contracts', 'avro');
const target = join(schemasFolder, 'events.ts');

/** Namespace of schema version ids: the same schema has the same id in every region and at every build. */
const SCHEMA_NAMESPACE = '0c1f5a52-2c5e-4c0f-8a51-7e0f01d5c4e3';

type Definition = { readonly [key: string]: AvroSchema };

/** `null` stands only where a default is. */
const isDefinition = (schema: AvroSchema | null): schema is Definition =>
  typeof schema === 'object' && schema !== null && !Array.isArray(schema);
const isList = (schema: AvroSchema | undefined): schema is readonly AvroSchema[] => Array.isArray(schema);

/** The schema without its documentation: what decides how bytes are read. Key order is that of the text. */
export const canonical = (schema: AvroSchema): AvroSchema => {
  if (isList(schema)) return schema.map(canonical);
  if (!isDefinition(schema)) return schema;
  const kept = Object.entries(schema).filter(([key]) => key !== 'doc');
  return Object.fromEntries(kept.map(([key, value]) => [key, canonical(value)]));
};

/** UUIDv5 of the canonical text of a schema. */
export const schemaVersionIdFor = (schema: AvroSchema): string =>
  v5(JSON.stringify(canonical(schema)), SCHEMA_NAMESPACE);

const primitives: { readonly [name: string]: string } = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Uint8Array',
};

const shown = (value: AvroSchema | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value));

const comment = (text: AvroSchema | undefined): string => (typeof text === 'string' ? `/** ${text} */\n` : '');

const fieldsOf = (schema: Definition): string => {
  const fields = schema['fields'];
  if (!isList(fields)) throw new Error(`record ${shown(schema['name'])} has no fields`);
  const lines = fields.filter(isDefinition).map((field) => {
    const type = field['type'];
    if (type === undefined) throw new Error(`field ${shown(field['name'])} has no type`);
    return `${comment(field['doc'])}readonly ${shown(field['name'])}: ${typeText(type)};`;
  });
  return `{\n${lines.join('\n')}\n}`;
};

const part = (schema: Definition, key: string): AvroSchema => {
  const value = schema[key];
  if (value === undefined) throw new Error(`${JSON.stringify(schema)} lacks ${key}`);
  return value;
};

const typeText = (schema: AvroSchema): string => {
  if (isList(schema)) return schema.map(typeText).join(' | ');
  if (typeof schema === 'string') {
    const type = primitives[schema];
    if (!type) throw new Error(`unknown or named type ${schema}: write the definition where it is used`);
    return type;
  }
  if (!isDefinition(schema)) throw new Error(`not a schema: ${JSON.stringify(schema)}`);
  const type = part(schema, 'type');
  if (type === 'record') return fieldsOf(schema);
  if (type === 'array') return `readonly (${typeText(part(schema, 'items'))})[]`;
  if (type === 'map') return `{ readonly [key: string]: ${typeText(part(schema, 'values'))} }`;
  if (type === 'enum') {
    const symbols = part(schema, 'symbols');
    return isList(symbols) ? symbols.map((symbol) => JSON.stringify(symbol)).join(' | ') : 'never';
  }
  return typeText(type);
};

const readSchema = (file: string): Definition => JSON.parse(readFileSync(file, 'utf8')) as Definition;

const schemaFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.avsc'))
    .sort();

const nameOf = (type: string): string => {
  const match = /^[a-z]+\.([A-Z][A-Za-z]+)\.v(\d+)$/.exec(type);
  if (!match) throw new Error(`${type}: a schema is named <context>.<PastTenseName>.v<major>.avsc`);
  return `${match[1]}V${match[2]}`;
};

const contractText = (type: string, schema: Definition, earlier: readonly Definition[]): string => {
  const name = nameOf(type);
  const [context, record, version] = type.split('.');
  if (schema['name'] !== record || schema['namespace'] !== `tenfold.${context}.${version}`) {
    throw new Error(`${type}.avsc defines ${shown(schema['namespace'])}.${shown(schema['name'])}`);
  }
  const versionText = (one: Definition) =>
    `schemaVersionId: '${schemaVersionIdFor(one)}', schema: ${JSON.stringify(canonical(one))}`;
  const past = earlier.length === 0 ? '' : `, earlier: [${earlier.map((one) => `{ ${versionText(one)} }`).join(', ')}]`;
  const constant = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return [
    `${comment(schema['doc'])}export interface ${name} ${fieldsOf(schema)}`,
    `/** Contract of \`${type}\`. */\nexport const ${constant}: EventContract<${name}> = { type: '${type}', ${versionText(schema)}${past} };`,
  ].join('\n\n');
};

/**
 * Text of `events.ts`: an interface and a contract for each `<type>.avsc` of the folder. A schema that producers no longer
 * write but that may still be in flight stays readable as `earlier/<type>.<anything>.avsc`.
 */
export const generateEvents = (folder: string): string => {
  const files = schemaFiles(folder);
  const earlier = files.filter((file) => file.startsWith('earlier/'));
  const contracts = files
    .filter((file) => !file.includes('/'))
    .map((file) => {
      const type = basename(file, '.avsc');
      const past = earlier.filter((name) => basename(name).startsWith(`${type}.`));
      return contractText(
        type,
        readSchema(join(folder, file)),
        past.map((name) => readSchema(join(folder, name))),
      );
    });
  const head = [
    '// Generated from *.avsc by `npm run contracts:generate`; `npm run contracts:check` keeps it current.',
    "import type { EventContract } from '../../lambdas/shared/event-contract';",
  ];
  const text = `${head.join('\n')}\n\n${contracts.join('\n\n')}\n`;
  const biome = join(root, 'node_modules', '.bin', 'biome');
  return execFileSync(biome, ['format', '--stdin-file-path', target], { input: text, encoding: 'utf8', cwd: root });
};

/** Files that are made of contracts, and how. */
const generated = [
  { file: target, text: () => generateEvents(schemasFolder) },
  {
    file: join(root, 'contracts', 'openapi', 'probes.ts'),
    text: () => generateProbes(join(root, 'contracts', 'openapi', 'tenfold-v1.yaml')),
  },
];

/** Generated files that are not what their contracts say, from the project's root. */
export const staleFiles = (): readonly string[] =>
  generated.filter(({ file, text }) => readFileSync(file, 'utf8') !== text()).map(({ file }) => relative(root, file));

/** Writes them, or with `--check` only says whether they are current (exit code 1 when one is not). */
const main = (): void => {
  if (!process.argv.includes('--check')) {
    for (const { file, text } of generated) writeFileSync(file, text());
    return;
  }
  for (const file of staleFiles()) {
    process.stderr.write(`${file} is not what its contract says: run \`npm run contracts:generate\`\n`);
    process.exitCode = 1;
  }
};

if (require.main === module) main();
