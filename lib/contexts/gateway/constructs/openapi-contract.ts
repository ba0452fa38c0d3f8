import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const schemaObject = z.record(z.string(), z.unknown());

const parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().default(false),
});

const operation = z.looseObject({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))).min(1),
  parameters: z.array(z.unknown()).default([]),
  requestBody: z
    .looseObject({ content: z.looseObject({ 'application/json': z.looseObject({ schema: z.unknown() }) }) })
    .optional(),
});

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

const contractDocument = z.looseObject({
  openapi: z.string().regex(/^3\.0\./, 'expected OpenAPI 3.0: API Gateway models are JSON Schema draft 4'),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string().startsWith('/'), z.record(z.string(), z.unknown())),
  components: z.looseObject({}).default({}),
});

/** JSON Schema draft 4, as API Gateway models want it: every reference resolved. */
export type DraftFourSchema = { readonly [keyword: string]: unknown };

/** One route of the contract. */
export interface ContractOperation {
  readonly operationId: string;
  /** For example `/v1/orders/{orderId}`. */
  readonly path: string;
  readonly method: string;
  /** OAuth scopes, all of which a token needs. */
  readonly scopes: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly required: boolean;
  }[];
  readonly requestSchema?: DraftFourSchema;
}

/** The OpenAPI contract is not one that routes can be built from. */
export class OpenApiContractError extends Error {
  override readonly name = 'OpenApiContractError';
}

// OpenAPI 3.0 keywords that JSON Schema draft 4 does not have: API Gateway refuses a model with them.
const notInDraftFour = new Set([
  'example',
  'examples',
  'discriminator',
  'xml',
  'externalDocs',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

const resolve = (node: unknown, root: unknown): unknown => {
  if (Array.isArray(node)) return node.map((item) => resolve(item, root));
  if (typeof node !== 'object' || node === null) return node;
  const reference: unknown = Reflect.get(node, '$ref');
  if (typeof reference === 'string') {
    const target = reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), root);
    if (target === undefined)
      throw new OpenApiContractError(`"${reference}" points at nothing; expected a local reference`);
    return resolve(target, root);
  }
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !notInDraftFour.has(key))
      .map(([key, value]) => [key, resolve(value, root)]),
  );
};

/**
 * Reads a contract and lists its routes.
 * @throws OpenApiContractError naming the place and what was expected
 */
export const readOpenApiContract = (file: string): readonly ContractOperation[] => {
  const raw: unknown = parse(readFileSync(file, 'utf8'));
  const document = contractDocument.safeParse(raw);
  if (!document.success) throw new OpenApiContractError(`${file}: ${z.prettifyError(document.error)}`);
  return Object.entries(document.data.paths).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method] !== undefined)
      .map((method) => {
        const parsed = operation.safeParse(item[method]);
        if (!parsed.success) {
          throw new OpenApiContractError(`${file}: ${method.toUpperCase()} ${path}: ${z.prettifyError(parsed.error)}`);
        }
        const { operationId, security, parameters, requestBody } = parsed.data;
        const shared = z.array(z.unknown()).parse(item['parameters'] ?? []);
        return {
          operationId,
          path,
          method: method.toUpperCase(),
          scopes: security.flatMap((requirement) => Object.values(requirement).flat()),
          parameters: [...shared, ...parameters].map((entry) => parameter.parse(resolve(entry, raw))),
          ...(requestBody && {
            requestSchema: schemaObject.parse(resolve(requestBody.content['application/json'].schema, raw)),
          }),
        };
      }),
  );
};
