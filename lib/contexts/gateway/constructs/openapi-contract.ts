import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().default(false),
});

const operation = z.looseObject({
  operationId: z.string(),
  // Said by each operation, not inherited: `[]` opens it to the public, and nobody does that by leaving something out.
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(z.unknown()).default([]),
});

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

const contractDocument = z.looseObject({
  openapi: z.string().regex(/^3\.0\./, 'expected OpenAPI 3.0, which API Gateway can import and export'),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string().startsWith('/'), z.record(z.string(), z.unknown())),
});

/** One route of the contract. */
export interface ContractOperation {
  readonly operationId: string;
  /** For example `/v1/orders/{orderId}`. */
  readonly path: string;
  readonly method: string;
  /** Whether anybody may call it, without a token. */
  readonly isPublic: boolean;
  /** OAuth scopes, all of which a token needs. */
  readonly scopes: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly required: boolean;
  }[];
}

/** The OpenAPI contract is not one that routes can be built from. */
export class OpenApiContractError extends Error {
  override readonly name = 'OpenApiContractError';
}

/** What a local reference such as `#/components/parameters/Key` points at; anything else is answered as it is. */
const resolve = (node: unknown, root: unknown): unknown => {
  const reference: unknown = typeof node === 'object' && node !== null ? Reflect.get(node, '$ref') : undefined;
  if (typeof reference !== 'string') return node;
  const target = reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), root);
  if (target === undefined) {
    throw new OpenApiContractError(`"${reference}" points at nothing; expected a local reference`);
  }
  return target;
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
        const { operationId, security, parameters } = parsed.data;
        const shared = z.array(z.unknown()).parse(item['parameters'] ?? []);
        return {
          operationId,
          path,
          method: method.toUpperCase(),
          isPublic: security.length === 0,
          scopes: security.flatMap((requirement) => Object.values(requirement).flat()),
          parameters: [...shared, ...parameters].map((entry) => parameter.parse(resolve(entry, raw))),
        };
      }),
  );
};
