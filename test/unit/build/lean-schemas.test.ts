import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { caughtErrors, leanSchemas } from '../../../lib/build/lean-schemas';

const root = resolve(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the schemas of an SDK client', () => {
  it('keep the registration of errors that are caught by class, and lose that of all others', () => {
    const lines = ['ConditionalCheckFailedException', 'BackupInUseException'].map(
      (error) => `n0_registry.registerError(${error}$, ${error});`,
    );

    expect(leanSchemas(lines.join('\n')).trim()).toBe(lines[0]);
  });

  it('keep what their keys are called', () => {
    const text = 'const _h = "http";\nexport var X$ = [0, { [_h]: ["POST"], [unknown]: 1 }];';

    expect(leanSchemas(text)).toContain('{ "http": ["POST"], [unknown]: 1 }');
  });

  it.each(
    globSync('node_modules/@aws-sdk/client-{dynamodb,lambda,sfn,sns,sqs}/dist-es/schemas/schemas_0.js', { cwd: root }),
  )('are as they are expected in %s', (file) => {
    const lean = leanSchemas(read(file));

    expect(lean).not.toMatch(/\[_\w+\]:/);
    for (const [, error = ''] of lean.matchAll(/n0_registry\.registerError\((\w+)\$/g))
      expect(caughtErrors).toContain(error);
  });
});

test('every class of the SDK that a function asks an error for is registered', () => {
  const sources = globSync('lambdas/**/*.ts', { cwd: root }).map(read);
  const imported = new Set(
    sources.flatMap((source) =>
      [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-[a-z-]+'/g)].flatMap(([, names = '']) =>
        names.split(',').map((name) => name.trim()),
      ),
    ),
  );
  const asked = sources.flatMap((source) =>
    [...source.matchAll(/instanceof (\w+)/g)].flatMap(([, name = '']) => (imported.has(name) ? [name] : [])),
  );

  expect(new Set(asked).size).toBeGreaterThan(5);
  expect([...new Set(asked)].filter((name) => !caughtErrors.has(name))).toEqual([]);
});

test('an error that the SDK retries because of its class is registered', () => {
  const retried = globSync(
    'node_modules/@aws-sdk/client-{dynamodb,lambda,secrets-manager,sfn,sns,sqs}/dist-es/models/errors.js',
    {
      cwd: root,
    },
  ).flatMap((file) =>
    [...read(file).matchAll(/export class (\w+) extends[^}]*?\$retryable/g)].map(([, name = '']) => name),
  );

  expect(retried).toContain('ReplicatedWriteConflictException');
  expect(retried.filter((name) => !caughtErrors.has(name))).toEqual([]);
});
