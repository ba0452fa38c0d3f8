import * as z from 'zod/mini';
import { fieldIssues } from './issue-text';

/** The region the function runs in; set by the Lambda runtime. Spread it into an environment schema. */
export const awsRegionEnv = { AWS_REGION: z.string().check(z.minLength(1)) };

/** The environment does not fit its contract. Thrown at cold start, so that a bad deployment fails before it sees a message. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/**
 * Parses the environment by a function's contract. Only `.lambda.ts` files call it.
 * @throws EnvironmentError naming each key, its value and what was expected
 */
export const readEnv = <Schema extends z.core.$ZodType>(
  schema: Schema,
  environment: { readonly [key: string]: string | undefined } = process.env,
): z.output<Schema> => {
  const parsed = z.safeParse(schema, environment);
  if (parsed.success) return parsed.data;
  const faults = fieldIssues(parsed.error).map(
    ({ field, expected }) =>
      `${field} is ${field in environment ? JSON.stringify(environment[field]) : 'not set'}, expected ${expected}`,
  );
  throw new EnvironmentError(`the environment does not fit its contract: ${faults.join('; ')}`);
};
