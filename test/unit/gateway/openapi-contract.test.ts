import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenApiContractError, readOpenApiContract } from '../../../lib/contexts/gateway/constructs/openapi-contract';

const contract = (text: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'contract-')), 'api.yaml');
  writeFileSync(file, text);
  return file;
};

const valid = `
openapi: 3.0.3
info: { title: Test, version: 1.0.0 }
paths:
  /v1/things/{thingId}:
    parameters:
      - { name: thingId, in: path, required: true, schema: { type: string } }
    post:
      operationId: changeThing
      security: [{ oauth2: [tenfold/things.write] }]
      parameters:
        - $ref: '#/components/parameters/Key'
components:
  parameters:
    Key: { name: Idempotency-Key, in: header, required: true, schema: { type: string } }
`;

describe('the routes of an OpenAPI contract', () => {
  test('carry their scopes, their own and their path’s parameters', () => {
    expect(readOpenApiContract(contract(valid))).toEqual([
      {
        operationId: 'changeThing',
        path: '/v1/things/{thingId}',
        method: 'POST',
        isPublic: false,
        scopes: ['tenfold/things.write'],
        parameters: [
          expect.objectContaining({ name: 'thingId', in: 'path', required: true }),
          expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: true }),
        ],
      },
    ]);
  });

  test('may be opened to everybody, by saying so', () => {
    const open = contract(valid.replace(/security: .*/, 'security: []'));
    expect(readOpenApiContract(open)).toEqual([expect.objectContaining({ isPublic: true, scopes: [] })]);
  });

  test.each([
    ['a newer OpenAPI than API Gateway reads', valid.replace('3.0.3', '3.1.0'), 'expected OpenAPI 3.0'],
    ['an operation without security', valid.replace(/ {6}security.*\n/, ''), 'security'],
    ['a reference to nothing', valid.replace('parameters/Key', 'parameters/Kay'), '#/components/parameters/Kay'],
  ])('refuse %s', (_, text, expected) => {
    expect(() => readOpenApiContract(contract(text))).toThrow(OpenApiContractError);
    expect(() => readOpenApiContract(contract(text))).toThrow(expected);
  });
});
