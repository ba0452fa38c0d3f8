import { z } from 'zod';
import { GateError } from './gate.errors';

const isNode = (value: unknown): value is object => typeof value === 'object' && value !== null;

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

const document = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** Where the store's own contract is, from the project's root. */
export const apiPath = 'contracts/openapi/tenfold-v1.yaml';

/** An OpenAPI contract as parsed YAML. */
export type OpenApiDocument = z.output<typeof document>;

/** An operation of a contract. */
export interface OpenApiOperation {
  readonly operationId: string;
  /** As a JSON pointer. */
  readonly pointer: string;
}

/**
 * A parsed contract.
 * @throws ZodError it has no paths
 */
export const openApiDocument = (parsed: unknown): OpenApiDocument => document.parse(parsed);

/** A JSON pointer as a fragment (RFC 6901, section 6, without percent-encoding: it is read by people). */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  ['#', ...path.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');

/** What stands at a JSON pointer, through references on its way; `undefined` when nothing does. */
export const valueAt = (api: OpenApiDocument, pointer: string): unknown => {
  const keys = pointer
    .replace(/^#\/?/, '')
    .split('/')
    .filter((key) => key !== '');
  return keys.reduce<unknown>((node, key) => {
    const inner: unknown = isNode(node)
      ? Reflect.get(node, key.replaceAll('~1', '/').replaceAll('~0', '~'))
      : undefined;
    const reference: unknown = isNode(inner) ? Reflect.get(inner, '$ref') : undefined;
    return typeof reference === 'string' ? valueAt(api, reference) : inner;
  }, api);
};

/**
 * A part of a contract without references: what each names stands in its place.
 * @param within references that the node is reached through
 * @throws GateError a reference is within itself
 */
export const inlined = (api: OpenApiDocument, node: unknown, within: readonly string[] = []): unknown => {
  if (Array.isArray(node)) return node.map((item) => inlined(api, item, within));
  if (!isNode(node)) return node;
  const reference: unknown = Reflect.get(node, '$ref');
  if (typeof reference !== 'string')
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inlined(api, value, within)]));
  if (within.includes(reference))
    throw new GateError(`${reference} refers to itself; expected a contract without circles`);
  return inlined(api, valueAt(api, reference), [...within, reference]);
};

/** All operations of a contract. */
export const operationsOf = ({ paths }: OpenApiDocument): readonly OpenApiOperation[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    methods
      .filter((method) => isNode(item[method]))
      .map((method) => ({
        operationId: String(Reflect.get(Object(item[method]), 'operationId')),
        pointer: pointerTo(['paths', path, method]),
      })),
  );
