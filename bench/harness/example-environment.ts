import { join } from 'node:path';
import * as z from 'zod/mini';
import { projectRoot } from '../../lib/build/bundle-paths';

/** No example fits an environment key's schema; a new kind of value needs one here. */
export class NoExampleError extends Error {
  override readonly name = 'NoExampleError';
}

/** One of each kind of value that environments are made of. */
const examples = [
  'sa-east-1',
  '1',
  '2026-11-23',
  'true',
  'WARN',
  'none',
  'evacuate-other',
  'https://example.org/v1',
  'https://sqs.sa-east-1.amazonaws.com/000000000000/Example.fifo',
  'arn:aws:sns:sa-east-1:000000000000:Example.fifo',
  'arn:aws:kinesis:sa-east-1:000000000000:stream/Example',
  'arn:aws:states:sa-east-1:000000000000:stateMachine:Example',
  'arn:aws:secretsmanager:sa-east-1:000000000000:secret:Example-AbCdEf',
  'tenfold-example-cancel-order:live',
  '{"GET /v1/orders/{orderId}":"tenfold/orders.read"}',
  '{"ordering":"tenfold-prod-ordering"}',
  '["sa-east-1","us-east-1"]',
  '["GET /v1/orders/{orderId}"]',
  '{"order":{"reads":[1,2],"writes":2}}',
  '{"shipping.dispatch":"https://sqs.sa-east-1.amazonaws.com/000000000000/Example.fifo"}',
  'tenfold-prod-example:live',
  '[{"issuer":"https://issuer.example.org","jwksUri":"https://issuer.example.org/keys","clients":{"id":"store-front"}}]',
];

const camelCase = (kebab: string): string => kebab.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const exampleOf = (key: string, schema: z.core.$ZodType): readonly [string, string] => {
  const fitting = examples.find((example) => z.safeParse(schema, example).success);
  if (fitting === undefined) throw new NoExampleError(`none of the example values fits ${key}`);
  return [key, fitting];
};

/**
 * An environment that fits the contract of `<context>/<verb-noun>`, so that its bundle can be loaded.
 * @throws NoExampleError
 */
export const exampleEnvironment = async (name: string): Promise<Record<string, string>> => {
  const contract = (await import(join(projectRoot, 'lambdas', `${name}.contract.ts`))) as Readonly<
    Record<string, unknown>
  >;
  const schema = contract[`${camelCase(name.split('/')[1] ?? name)}Env`];
  if (!(schema instanceof z.ZodMiniObject))
    throw new NoExampleError(`${name}.contract.ts exports no environment schema`);
  return Object.fromEntries(Object.entries<z.core.$ZodType>(schema.shape).map(([key, value]) => exampleOf(key, value)));
};
