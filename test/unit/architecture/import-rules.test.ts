import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../../..');

/** One forbidden import per rule: the importing file → what it imports. */
const planted: Record<string, { readonly file: string; readonly imports: string }> = {
  'no-cycles': { file: 'lambdas/ordering/chicken.ts', imports: './egg' },
  resolvable: { file: 'lib/app/lost.ts', imports: './never-written' },
  'production-knows-no-test': { file: 'lib/app/cheat.ts', imports: '../../test/unit/double' },
  'concept-imports-its-like': { file: 'lambdas/ordering/price.ts', imports: './accept-order.use-case' },
  'concept-imports-no-package': { file: 'lambdas/ordering/total.ts', imports: 'uuid' },
  'use-case-is-free-of-technology': { file: 'lambdas/ordering/ship.use-case.ts', imports: '@aws-sdk/client-sqs' },
  'only-lambda-picks-adapters': { file: 'lambdas/ordering/wiring.port.ts', imports: './dynamodb-order.adapter' },
  'lambda-is-a-leaf': { file: 'lambdas/ordering/composition.adapter.ts', imports: './accept-order.lambda' },
  'contexts-meet-in-contracts': { file: 'lambdas/payments/peek.ts', imports: '../ordering/order' },
  'shared-knows-no-context': { file: 'lambdas/shared/favourite.ts', imports: '../ordering/accept-order.contract' },
  'lambdas-know-no-infrastructure': { file: 'lambdas/ordering/size.adapter.ts', imports: 'aws-cdk-lib' },
  'infrastructure-reads-contracts-only': {
    file: 'lib/contexts/ordering/stack.ts',
    imports: '../../../lambdas/ordering/order',
  },
  'constructs-know-no-context': { file: 'lib/constructs/queue.ts', imports: '../contexts/ordering' },
  'contexts-meet-at-their-face': { file: 'lib/contexts/payments/stack.ts', imports: '../ordering/private' },
  'app-sees-the-face': { file: 'lib/app/stage.ts', imports: '../contexts/ordering/private' },
  'programs-know-no-use-case': { file: 'drills/shortcut.ts', imports: '../lambdas/ordering/accept-order.use-case' },
};

/** What the planted imports point at, and the same shapes of import where they are allowed. */
const allowed: Record<string, string> = {
  'lambdas/ordering/egg.ts': "import './chicken';",
  'lambdas/ordering/order.ts': "import { createHash } from 'node:crypto';\nimport * as z from 'zod/mini';",
  'lambdas/ordering/decision.ts': "import type { Orders } from './orders.port';\nimport './order';",
  'lambdas/ordering/orders.port.ts': "import './order';",
  'lambdas/ordering/accept-order.contract.ts': "import * as z from 'zod/mini';",
  'lambdas/ordering/accept-order.use-case.ts': "import './orders.port';\nimport './order';",
  'lambdas/ordering/dynamodb-order.adapter.ts':
    "import '@aws-sdk/client-sqs';\nimport '../shared/dynamodb-store.adapter';",
  'lambdas/ordering/accept-order.lambda.ts': "import './dynamodb-order.adapter';\nimport './accept-order.use-case';",
  'lambdas/payments/hear-order.ts': "import '../ordering/accept-order.contract';\nimport '../shared/envelope';",
  'lambdas/shared/envelope.ts': 'export {};',
  'lambdas/shared/dynamodb-store.adapter.ts': "import '@aws-sdk/client-sqs';",
  'lib/constructs/function.ts': "import 'aws-cdk-lib';\nimport '../../lambdas/shared/step.contract';",
  'lambdas/shared/step.contract.ts': 'export {};',
  'lib/contexts/ordering/index.ts': "import './private';",
  'lib/contexts/ordering/private.ts':
    "import '../../../lambdas/ordering/accept-order.contract';\nimport '../../constructs/function';",
  'lib/contexts/payments/face.ts': "import '../ordering';",
  'lib/app/wiring.ts': "import '../contexts/ordering';",
  'drills/harness.ts': "import '../lambdas/ordering/accept-order.contract';\nimport '../lambdas/shared/envelope';",
  'test/unit/double.ts': "import '../../lambdas/ordering/accept-order.use-case';",
};

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

let tree: string;
let violations: readonly Violation[];

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'tenfold-imports-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), `${text}\n`);
  };
  for (const [path, text] of Object.entries(allowed)) write(path, text);
  for (const { file, imports } of Object.values(planted)) write(file, `import '${imports}';`);
  write('package.json', readFileSync(join(root, 'package.json'), 'utf8'));
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  // A process of its own: dependency-cruiser is ES modules only.
  violations = cruise();
}, 60_000);

afterAll(() => rmSync(tree, { recursive: true, force: true }));

function cruise(): readonly Violation[] {
  const config = join(root, '.dependency-cruiser.cjs');
  const cli = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [cli, '--config', config, '--output-type', 'json', 'lambdas', 'lib', 'drills', 'test'];
  const json = execFileSync(process.execPath, args, { cwd: tree, encoding: 'utf8', maxBuffer: 32 * 1024 * 1024 });
  const report = JSON.parse(json) as { summary: { violations: Violation[] } };
  return report.summary.violations;
}

test('every import rule has a planted violation', () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the configuration is CommonJS by its tool's convention
  const { forbidden } = require(join(root, '.dependency-cruiser.cjs')) as { forbidden: { name: string }[] };

  expect(Object.keys(planted).sort()).toEqual(forbidden.map(({ name }) => name).sort());
});

test.each(Object.entries(planted))('%s bites', (rule, { file }) => {
  const broken = violations.filter(({ from }) => from === file).map((violation) => violation.rule.name);

  expect(broken).toContain(rule);
});

test('the same shapes of import are left alone where they are allowed', () => {
  const innocent = violations.filter(({ from }) => from in allowed && from !== 'lambdas/ordering/egg.ts');

  expect(innocent).toEqual([]);
});
