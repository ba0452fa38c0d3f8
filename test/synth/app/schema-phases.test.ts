import { z } from 'zod';
import { nameOf, resourcesOf, synthesize } from './synthesized';

const functionProperties = z.looseObject({
  Environment: z.looseObject({ Variables: z.record(z.string(), z.unknown()).optional() }).optional(),
});

const stacksIn = (phase: 'expand' | 'cutover' | 'contract') =>
  synthesize('prod', { regions: ['sa-east-1'], schemaPhases: { order: { version: 3, phase } } });

test.each([
  ['expand', '{"order":{"reads":[2,3],"writes":2}}'],
  ['cutover', '{"order":{"reads":[2,3],"writes":3}}'],
  ['contract', '{"order":{"reads":[3],"writes":3}}'],
] as const)(
  'in the phase %s every function of ordering, and the health endpoint, say which forms of orders they read and write',
  (phase, use) => {
    const functions = resourcesOf(stacksIn(phase), 'AWS::Lambda::Function').flatMap((fn) => {
      const { Variables = {} } = functionProperties.parse(fn.Properties).Environment ?? {};
      return fn.stack.endsWith('/OrderingService') && 'ORDERS_TABLE' in Variables ? [{ fn, Variables }] : [];
    });

    const health = resourcesOf(stacksIn(phase), 'AWS::Lambda::Function').find((fn) =>
      nameOf(fn).startsWith('sa-east-1/EdgeService/CheckHealth'),
    );

    expect(functionProperties.parse(health?.Properties).Environment?.Variables?.['ENTITY_SCHEMAS']).toBe(use);
    expect(functions.length).toBeGreaterThan(10);
    expect(
      functions.filter(({ Variables }) => Variables['ENTITY_SCHEMAS'] !== use).map(({ fn }) => nameOf(fn)),
    ).toEqual([]);
  },
);

test('the function that rewrites orders may scan the table and write orders and its checkpoints, and nothing else', () => {
  const policies = resourcesOf(stacksIn('cutover'), 'AWS::IAM::Policy').filter((policy) =>
    nameOf(policy).startsWith('sa-east-1/OrderingService/BackfillOrders'),
  );
  const statements = policies.flatMap(({ Properties }) => Object(Properties['PolicyDocument']).Statement as object[]);
  const about = (action: string) => statements.filter((statement) => JSON.stringify(statement).includes(action));

  expect(policies).toHaveLength(1);
  expect(about('dynamodb:Scan')).toHaveLength(1);
  expect(about('dynamodb:DeleteItem')).toEqual([]);
  expect(about('dynamodb:UpdateItem')).toEqual([
    expect.objectContaining({
      Action: ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['order/*', 'schema/order'] } },
    }),
  ]);
});
