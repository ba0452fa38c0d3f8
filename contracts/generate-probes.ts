import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const root = resolve(__dirname, '..');

type Node = { readonly [key: string]: unknown };

/** The OpenAPI contract says something that no probe can be made of. */
export class ProbeGenerationError extends Error {
  override readonly name = 'ProbeGenerationError';
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

const nodeAt = (value: unknown, ...path: readonly string[]): Node | undefined => {
  const found = path.reduce<unknown>((node, key) => (isNode(node) ? node[key] : undefined), value);
  return isNode(found) ? found : undefined;
};

const quoted = (value: unknown): string => JSON.stringify(value);

/** A well-formed id that nothing has: ids of orders are UUIDs of version 5, and this is one of version 4. No customer is called so, either. */
const unknownId = '00000000-0000-4000-8000-000000000000';

interface DraftProbe {
  readonly name: string;
  readonly status: string;
  readonly pathParameters?: Node;
  readonly headers?: Node;
  readonly body?: unknown;
}

type RefusedProbe = DraftProbe & { readonly body: Node };

/** What may be said of a schema; something else would not be checked, and is refused. */
const knownKeywords = new Set(
  '$ref type description example format pattern minLength maxLength minimum maximum enum items minItems maxItems required properties additionalProperties'.split(
    ' ',
  ),
);

/** Sources of zod schemas for the contract's, one constant for each component that is used. */
class Schemas {
  readonly constants = new Map<string, string>();

  constructor(private readonly document: Node) {}

  /** Name of a constant, or a zod expression. */
  textOf(schema: Node): string {
    const unknown = Object.keys(schema).filter((key) => !knownKeywords.has(key));
    if (unknown.length > 0)
      throw new ProbeGenerationError(`a schema says ${unknown.join(', ')}; expected ${[...knownKeywords].join(', ')}`);
    const reference = schema['$ref'];
    if (typeof reference === 'string') return this.component(reference);
    if (Array.isArray(schema['enum'])) return `z.enum(${quoted(schema['enum'])})`;
    switch (schema['type']) {
      case 'string':
        return this.text(schema);
      case 'integer':
        return this.checked('z.int()', [
          ...this.bound(schema, 'minimum', 'z.gte'),
          ...this.bound(schema, 'maximum', 'z.lte'),
        ]);
      case 'array':
        return this.checked(`z.array(${this.textOf(this.inner(schema, 'items'))})`, [
          ...this.bound(schema, 'minItems', 'z.minLength'),
          ...this.bound(schema, 'maxItems', 'z.maxLength'),
        ]);
      case 'object':
        return this.object(schema);
      case undefined:
        return 'z.unknown()';
      default:
        throw new ProbeGenerationError(`type ${quoted(schema['type'])}; expected string, integer, array or object`);
    }
  }

  private component(reference: string): string {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1];
    const schema = name === undefined ? undefined : nodeAt(this.document, 'components', 'schemas', name);
    if (name === undefined || schema === undefined)
      throw new ProbeGenerationError(`${reference} points at nothing; expected #/components/schemas/<name>`);
    const constant = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    // What it needs comes before it.
    if (!this.constants.has(constant)) this.constants.set(constant, this.textOf(schema));
    return constant;
  }

  private text(schema: Node): string {
    if (schema['format'] === 'uuid') return 'z.uuid()';
    if (schema['format'] === 'date-time') return 'z.iso.datetime()';
    const pattern = typeof schema['pattern'] === 'string' ? [`z.regex(new RegExp(${quoted(schema['pattern'])}))`] : [];
    return this.checked('z.string()', [
      ...pattern,
      ...this.bound(schema, 'minLength', 'z.minLength'),
      ...this.bound(schema, 'maxLength', 'z.maxLength'),
    ]);
  }

  private object(schema: Node): string {
    const { properties, required, additionalProperties } = schema;
    if (isNode(additionalProperties)) return `z.record(z.string(), ${this.textOf(additionalProperties)})`;
    const fields = Object.entries(isNode(properties) ? properties : {}).map(([name, field]) => {
      const text = this.textOf(isNode(field) ? field : {});
      const isRequired = Array.isArray(required) && required.includes(name);
      return `${quoted(name)}: ${isRequired ? text : `z.optional(${text})`}`;
    });
    return `z.${additionalProperties === false ? 'strictObject' : 'looseObject'}({ ${fields.join(', ')} })`;
  }

  private inner(schema: Node, key: string): Node {
    const inner = schema[key];
    if (!isNode(inner)) throw new ProbeGenerationError(`${quoted(schema)} has no ${key}`);
    return inner;
  }

  private bound(schema: Node, key: string, check: string): readonly string[] {
    return typeof schema[key] === 'number' ? [`${check}(${schema[key]})`] : [];
  }

  private checked(text: string, checks: readonly string[]): string {
    return checks.length === 0 ? text : `${text}.check(${checks.join(', ')})`;
  }
}

/** A copy of a value in which the field of that path (`lines[0].sku`) has another value. */
const withField = (value: unknown, path: string, replacement: unknown): unknown => {
  const copy: unknown = structuredClone(value);
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const last = keys.pop();
  const holder = keys.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    copy,
  );
  if (last === undefined || typeof holder !== 'object' || holder === null || !(last in holder))
    throw new ProbeGenerationError(
      `an example names the field ${path}, which the example of the request does not have`,
    );
  Reflect.set(holder, last, replacement);
  return copy;
};

/** The probes of one operation that its contract makes certain, and that change nothing. */
class OperationProbes {
  private readonly parameters: readonly Node[];
  private readonly pathParameters: Node;
  private readonly headers: Node;
  private readonly content: Node | undefined;
  private readonly refused: RefusedProbe | undefined;

  constructor(
    private readonly document: Node,
    readonly operation: Node,
    private readonly method: string,
    private readonly resource: string,
  ) {
    const listed: readonly unknown[] = Array.isArray(operation['parameters']) ? operation['parameters'] : [];
    this.parameters = listed.map((entry) => this.resolved(entry)).filter(({ required }) => required === true);
    this.pathParameters = this.examplesOf('path');
    this.headers = this.examplesOf('header');
    this.content = nodeAt(operation, 'requestBody', 'content', 'application/json');
    this.refused = this.refusal();
  }

  /** @throws ProbeGenerationError there is none: a version could be shifted to that nobody has asked anything */
  sources(schemas: Schemas): readonly string[] {
    const probes = [...this.aboutPath(), ...this.aboutHeaders(), ...this.aboutBody(), ...this.asItIs()];
    if (probes.length === 0)
      throw new ProbeGenerationError(`${this.method} ${this.resource} has no probe that changes nothing`);
    return probes.map((probe) => this.sourceOf(probe, schemas));
  }

  private aboutPath(): readonly DraftProbe[] {
    return this.parameters
      .filter((parameter) => parameter['in'] === 'path')
      .flatMap(({ name, schema }) => {
        const { format, pattern } = isNode(schema) ? schema : {};
        const isId = format === 'uuid';
        if (!isId && typeof pattern !== 'string') return [];
        const none = isId ? 'none' : '~';
        if (typeof pattern === 'string' && new RegExp(pattern).test(none))
          throw new ProbeGenerationError(
            `pattern ${pattern} of ${String(name)} takes ${none}; expected one that does not`,
          );
        // Nothing is not found where the contract knows no 404: it is shown as it is, which only a GET may do.
        const isFound = this.method === 'GET' && nodeAt(this.operation, 'responses', '404') === undefined;
        const as = (value: string) => ({ pathParameters: { ...this.pathParameters, [String(name)]: value } });
        return [
          { name: `${String(name)} that nothing has`, status: isFound ? '200' : '404', ...as(unknownId) },
          { name: `${String(name)} that is none`, status: '400', ...as(none) },
        ];
      });
  }

  private aboutHeaders(): readonly DraftProbe[] {
    return this.parameters
      .filter((parameter) => parameter['in'] === 'header')
      .map(({ name }) => {
        const { [String(name).toLowerCase()]: _, ...others } = this.headers;
        return { name: `without ${String(name).toLowerCase()}`, status: '400', headers: others };
      });
  }

  private aboutBody(): readonly DraftProbe[] {
    if (this.refused === undefined) return [];
    const { body } = this.refused;
    const schema = this.resolved(this.content?.['schema']);
    const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
    const without = required.map((field) => {
      const { [String(field)]: _, ...others } = body;
      return { name: `without ${String(field)}`, status: '400', body: others };
    });
    const text = { ...this.headers, 'content-type': 'text/plain' };
    return [...without, { name: 'as plain text', status: '415', headers: text }, this.refused];
  }

  /**
   * What the contract shows as well-formed and refused all the same: its first example of 422 that names a field of the body. All probes
   * with a body are made of it: a version that forgets to check something must not take one for an order.
   */
  private refusal(): RefusedProbe | undefined {
    if (this.content === undefined) return undefined;
    const example = this.content['example'];
    const shown = Object.values(this.answerOf('422')?.['examples'] ?? {});
    for (const one of shown) {
      const [fault]: readonly unknown[] = [nodeAt(one, 'value')?.['errors']].flat();
      if (!isNode(fault) || fault['value'] === undefined) continue;
      const { field, value } = fault;
      const body = withField(example, String(field), value);
      if (isNode(body)) return { name: `${String(field)} ${quoted(value)}`, status: '422', body };
    }
    throw new ProbeGenerationError(
      `${this.method} ${this.resource} has no example of 422 that names a field of its body and the value it had`,
    );
  }

  private asItIs(): readonly DraftProbe[] {
    const isPlain = this.method === 'GET' && this.parameters.length === 0;
    return isPlain ? [{ name: 'as it is', status: '200' }] : [];
  }

  private sourceOf({ name, status, ...request }: DraftProbe, schemas: Schemas): string {
    const answer = this.answerOf(status);
    const schema = answer && nodeAt(answer, 'schema');
    if (schema === undefined)
      throw new ProbeGenerationError(`${this.method} ${this.resource} does not say what ${status} has as its body`);
    const { body, headers = this.headers, pathParameters = this.pathParameters } = request;
    const sent =
      this.content && !('content-type' in headers) ? { ...headers, 'content-type': 'application/json' } : headers;
    const security: unknown = this.operation['security'];
    const fields = [
      `name: ${quoted(name)}, method: ${quoted(this.method)}, resource: ${quoted(this.resource)}`,
      `isPublic: ${String(Array.isArray(security) && security.length === 0)}`,
      ...(Object.keys(pathParameters).length > 0 ? [`pathParameters: ${quoted(pathParameters)}`] : []),
      ...(Object.keys(sent).length > 0 ? [`headers: ${quoted(sent)}`] : []),
      ...(this.refused ? [`body: JSON.stringify(${quoted(body ?? this.refused.body)})`] : []),
      `answer: { status: ${status}, schema: ${schemas.textOf(schema)} }`,
    ];
    return `{ ${fields.join(', ')} }`;
  }

  /** The one media type of an answer. */
  private answerOf(status: string): Node | undefined {
    const response = nodeAt(this.operation, 'responses', status);
    const content = response && nodeAt(this.resolved(response), 'content');
    const [media] = Object.values(content ?? {});
    return isNode(media) ? media : undefined;
  }

  private examplesOf(place: string): Node {
    const named = this.parameters.filter((parameter) => parameter['in'] === place);
    return Object.fromEntries(
      named.map(({ name, example }) => {
        if (typeof example !== 'string') throw new ProbeGenerationError(`parameter ${String(name)} has no example`);
        return [place === 'header' ? String(name).toLowerCase() : String(name), example];
      }),
    );
  }

  private resolved(node: unknown): Node {
    const reference = isNode(node) ? node['$ref'] : undefined;
    const found =
      typeof reference === 'string' ? nodeAt(this.document, ...reference.replace('#/', '').split('/')) : node;
    if (!isNode(found)) throw new ProbeGenerationError(`${String(reference)} points at nothing`);
    return found;
  }
}

/**
 * Text of `probes.ts`: for every operation of the contract, requests that change nothing and what they are answered. Made of its examples:
 * each field that is required left out, ids that nothing has, the refusals that it shows.
 * @throws ProbeGenerationError naming the place and what was expected
 */
export const generateProbes = (file: string): string => {
  const document: unknown = parse(readFileSync(file, 'utf8'));
  const paths = nodeAt(document, 'paths');
  if (!isNode(document) || paths === undefined) throw new ProbeGenerationError(`${file} has no paths`);
  const schemas = new Schemas(document);
  const operations = Object.entries(paths).flatMap(([resource, item]) =>
    Object.entries(isNode(item) ? item : {}).flatMap(([method, operation]) =>
      isNode(operation) && 'operationId' in operation
        ? [new OperationProbes(document, operation, method.toUpperCase(), resource)]
        : [],
    ),
  );
  const entries = operations.map(
    (probes) => `${String(probes.operation['operationId'])}: [${probes.sources(schemas).join(', ')}]`,
  );
  const constants = [...schemas.constants].map(([name, text]) => `const ${name} = ${text};`);
  const text = `// Generated from tenfold-v1.yaml by \`npm run contracts:generate\`; \`npm run contracts:check\` keeps it current.
import * as z from 'zod/mini';
import type { Probe } from '../../lambdas/release/probe';

${constants.join('\n')}

/** Requests that change nothing, by \`operationId\`. */
export const probes: { readonly [operationId: string]: readonly Probe[] } = { ${entries.join(', ')} };
`;
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const stdin = ['format', '--stdin-file-path', join(root, 'contracts', 'openapi', 'probes.ts')];
  return execFileSync(biome, stdin, { input: text, encoding: 'utf8', cwd: root });
};
