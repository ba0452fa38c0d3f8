/**
 * Errors of the SDK that some function catches by their class, or that the SDK retries because of it. Every other error of a service
 * arrives as the service's base exception with its `name`, `message` and `$metadata`, as errors do that a service has added since.
 */
export const caughtErrors: ReadonlySet<string> = new Set([
  'ConditionalCheckFailedException',
  'DeploymentAlreadyCompletedException',
  'ExecutionAlreadyExists',
  'ExecutionDoesNotExist',
  'InvalidToken',
  'ReplicatedWriteConflictException',
  'TaskDoesNotExist',
  'TaskTimedOut',
  'TransactionCanceledException',
]);

const registration = /^(n\d+_registry)\.registerError\((\w+)\$, \2\);$/gm;
const constant = /^const (_\w*) = ("(?:[^"\\]|\\.)*");$/gm;
const computedKey = /\[(_\w*)\]:/g;

/**
 * Rewrites the schemas of an SDK client so that esbuild can leave out what no function uses: a registered error is used, and so is
 * an object with a computed key. Without it, the Lambda client brings 60 KB of operations that nobody calls.
 */
export const leanSchemas = (text: string): string => {
  const values = new Map([...text.matchAll(constant)].map(([, name = '', value = '']) => [name, value]));
  return text
    .replaceAll(registration, (line, _registry, error: string) => (caughtErrors.has(error) ? line : ''))
    .replaceAll(computedKey, (key, name: string) => (values.has(name) ? `${values.get(name)}:` : key));
};
