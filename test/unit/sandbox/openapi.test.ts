import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { parcelBody } from '../../../lambdas/sandbox/carrier.contract';
import { chargeBody } from '../../../lambdas/sandbox/payment-provider.contract';
import { instructionBody } from '../../../lambdas/sandbox/sandbox.contract';

const contract = (name: string) =>
  parse(readFileSync(join(__dirname, `../../../contracts/openapi/${name}.yaml`), 'utf8'));
const bodyOf = (document: ReturnType<typeof contract>, path: string) => {
  const resolve = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(resolve);
    if (typeof node !== 'object' || node === null) return node;
    if ('$ref' in node)
      return resolve(
        String(node.$ref)
          .split('/')
          .slice(1)
          .reduce((at, name) => at[name], document),
      );
    return Object.fromEntries(
      Object.entries(node)
        .filter(([name]) => name !== 'description')
        .map(([name, value]) => [name, resolve(value)]),
    );
  };
  return resolve(document.paths[path].post.requestBody.content['application/json'].schema);
};

/** What a parser and a contract can disagree about, without the notation in which they say it. */
const essence = (schema: z.core.$ZodType) => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { target: 'openapi-3.0' });
  const strip = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(strip);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node)
        .filter(([name, value]) => !(name === 'maximum' && value === Number.MAX_SAFE_INTEGER))
        .map(([name, value]) => [name, strip(value)]),
    );
  };
  return strip(json);
};

describe('the sandbox and its OpenAPI contracts', () => {
  it.each([
    ['payment-provider-v1', '/charges', chargeBody],
    ['payment-provider-v1', '/charges/{key}/void', instructionBody],
    ['carrier-v1', '/parcels', parcelBody],
    ['carrier-v1', '/parcels/{key}/recall', instructionBody],
    ['carrier-v1', '/parcels/{key}/dispatch', instructionBody],
  ])('%s: POST %s takes exactly what the contract says', (name, path, schema) => {
    expect(essence(schema)).toEqual(bodyOf(contract(name), path));
  });
});
