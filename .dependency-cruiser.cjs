'use strict';

/** A npm package, whether it is resolved into node_modules or not installed. */
const npm = (...names) => `(^|node_modules/)(${names.join('|')})(/|$)`;
const role = (...names) => `\\.(${names.join('|')})\\.ts$`;
/** A file of a context without a role suffix: values and decisions. */
const concept = '^lambdas/(?!shared/)[^/]+/[^/.]+\\.ts$';
const terminalPrograms = '^(local|drills)/';
/** What a simulated rollout is judged by: the rules of the judge, and nothing that calls anybody. */
const statistics = '^lambdas/release/(canary-verdict|failure-ratio|latency-histogram)\\.ts$';

/**
 * Which way imports point. Every rule is shown to bite by a planted violation in
 * `test/unit/architecture/import-rules.test.ts`.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A file that needs the file that needs it: move what both need into a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'The imported file or package does not exist.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'production-knows-no-test',
      comment: 'What tests share lives under test/; production code never reads it.',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'concept-imports-its-like',
      comment: 'Values and decisions call no port, adapter or use case; they may name the types of stored values.',
      severity: 'error',
      from: { path: concept },
      to: { path: role('use-case', 'adapter', 'lambda', 'port'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'concept-imports-no-package',
      comment:
        'A decision is a function of its arguments: no package and no Node API behind it but schemas and hashes.',
      severity: 'error',
      from: { path: concept },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown', 'core'],
        pathNot: [npm('zod'), '^(node:)?crypto$'],
      },
    },
    {
      name: 'use-case-is-free-of-technology',
      comment: 'A use case orders steps and names ports: no adapter, SDK, Powertools or event shape of Lambda.',
      severity: 'error',
      from: { path: role('use-case') },
      to: {
        path: [
          role('adapter'),
          npm('@aws-sdk', '@smithy', '@aws-lambda-powertools', '@types/aws-lambda', 'aws-lambda', 'cockatiel'),
        ],
      },
    },
    {
      name: 'only-lambda-picks-adapters',
      comment: 'Composition happens in the .lambda.ts file; an adapter may build on another adapter.',
      severity: 'error',
      from: { path: '^lambdas/', pathNot: role('lambda', 'adapter') },
      to: { path: role('adapter') },
    },
    {
      name: 'lambda-is-a-leaf',
      comment: 'A .lambda.ts file reads the environment when loaded; only the bundle smoke test loads it.',
      severity: 'error',
      from: { pathNot: '^test/.*bundle[^/]*\\.test\\.ts$' },
      to: { path: role('lambda') },
    },
    {
      name: 'contexts-meet-in-contracts',
      comment: 'One context may know of another only its contract files, contracts/ and lambdas/shared/.',
      severity: 'error',
      from: { path: '^lambdas/(?!shared/)([^/]+)/' },
      to: { path: '^lambdas/', pathNot: ['^lambdas/($1|shared)/', role('contract')] },
    },
    {
      name: 'shared-knows-no-context',
      comment: 'The spine is liftable: it imports nothing of a context, not even a contract.',
      severity: 'error',
      from: { path: '^lambdas/shared/' },
      to: { path: '^lambdas/(?!shared/)' },
    },
    {
      name: 'lambdas-know-no-infrastructure',
      comment: 'A function knows its environment, not the construct that sets it.',
      severity: 'error',
      from: { path: '^lambdas/' },
      to: { path: ['^(bin|lib|local|drills|bench)/', npm('aws-cdk-lib', 'constructs', 'cdk-nag')] },
    },
    {
      name: 'infrastructure-reads-contracts-only',
      comment: 'lib/ and bin/ type an environment by its contract; they never load code of a function.',
      severity: 'error',
      from: { path: '^(bin|lib)/' },
      to: { path: '^lambdas/', pathNot: role('contract') },
    },
    {
      name: 'constructs-know-no-context',
      comment: 'A construct is what people lift out: no stage, no context, no contract of a context.',
      severity: 'error',
      from: { path: '^lib/constructs/' },
      to: { path: ['^lib/(contexts|app)/', '^lambdas/(?!shared/)'] },
    },
    {
      name: 'contexts-meet-at-their-face',
      comment: 'Another context, and the app, see only index.ts of a context.',
      severity: 'error',
      from: { path: '^lib/contexts/([^/]+)/' },
      to: { path: '^lib/contexts/', pathNot: ['^lib/contexts/$1/', '^lib/contexts/[^/]+/index\\.ts$'] },
    },
    {
      name: 'app-sees-the-face',
      comment: 'The stage composes contexts through their index.ts.',
      severity: 'error',
      from: { path: '^(bin|lib/app)/' },
      to: { path: '^lib/contexts/', pathNot: '^lib/contexts/[^/]+/index\\.ts$' },
    },
    {
      name: 'programs-know-no-use-case',
      comment:
        'local/ and drills/ meet the system from outside: contracts, the envelope, the synthesized output, and the statistics that rollouts are simulated with.',
      severity: 'error',
      from: { path: terminalPrograms },
      to: { path: '^lambdas/', pathNot: [role('contract'), '^lambdas/shared/[^/.]+\\.ts$', statistics] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|cdk\\.out|\\.tenfold|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: require('node:path').join(__dirname, 'tsconfig.json') },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    combinedDependencies: true,
  },
};
