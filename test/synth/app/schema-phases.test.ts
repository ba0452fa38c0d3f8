import { z } from 'zod';
import { schemaPhases } from '../../../lambdas/shared/schema-use.contract';
import type { StageName } from '../../../lib/app/stage-config';
import { nameOf, type Placed, resourcesOf, synthesize } from './synthesized';

const functionProperties = z.looseObject({
  Environment: z.looseObject({ Variables: z.record(z.string(), z.unknown()).optional() }).optional(),
});

const functionsOf = (stage: StageName, settings: Parameters<typeof synthesize>[1] = {}) =>
  resourcesOf(synthesize(stage, settings), 'AWS::Lambda::Function').flatMap((fn) => {
    const { Variables = {} } = functionProperties.parse(fn.Properties).Environment ?? {};
    return fn.stack.endsWith('/OrderingService') && 'ORDERS_TABLE' in Variables ? [{ fn, Variables }] : [];
  });

test.each([
  ['expand', { reads: [1, 2], writes: 1 }],
  ['cutover', { reads: [1, 2], writes: 2 }],
  ['contract', { reads: [2], writes: 2 }],
] as const)(
  'in the phase %s every function of ordering says which forms of orders it reads and writes',
  (order, use) => {
    const functions = functionsOf('prod', { schemaPhases: { order } });

    expect(functions.length).toBeGreaterThan(2 * 10);
    const others = functions.filter(({ Variables }) => Variables['ENTITY_SCHEMAS'] !== JSON.stringify({ order: use }));
    expect(others.map(({ fn }) => nameOf(fn))).toEqual([]);
  },
);

test('a stage that may have orders begins to expand; a local one, which has none, begins with the new form', () => {
  const said = (stage: StageName) => new Set(functionsOf(stage).map(({ Variables }) => Variables['ENTITY_SCHEMAS']));

  expect([...said('prod')]).toEqual(['{"order":{"reads":[1,2],"writes":1}}']);
  expect([...said('local')]).toEqual(['{"order":{"reads":[1,2],"writes":2}}']);
});

test('a phase that there is not is refused, with those that there are', () => {
  const settings = { schemaPhases: { order: 'shrink' } } as unknown as Parameters<typeof synthesize>[1];

  expect(() => synthesize('prod', settings)).toThrow(
    `schemaPhases.order: got "shrink"; expected one of ${schemaPhases.map((phase) => `"${phase}"`).join(', ')}`,
  );
});

test('the function that rewrites orders may scan the table and write orders and its checkpoints, and nothing else', () => {
  const stacks = synthesize('prod');
  const policies = resourcesOf(stacks, 'AWS::IAM::Policy').filter((policy: Placed) =>
    nameOf(policy).startsWith('sa-east-1/OrderingService/BackfillOrders'),
  );
  const statements = policies.flatMap(({ Properties }) => Object(Properties['PolicyDocument']).Statement as object[]);
  const writes = statements.filter((statement) => JSON.stringify(statement).includes('dynamodb:UpdateItem'));

  expect(policies).toHaveLength(1);
  expect(statements.filter((statement) => JSON.stringify(statement).includes('dynamodb:Scan'))).toHaveLength(1);
  expect(writes).toEqual([
    expect.objectContaining({
      Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['order/*', 'schema/order'] } },
    }),
  ]);
});
