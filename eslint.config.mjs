import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * typescript-eslint's strict, type-checked set. A rule is changed only where the house style wants the opposite, with
 * the reason beside it. Formatting and import order are biome's; dead code is knip's; import direction is
 * dependency-cruiser's.
 */
export default defineConfig(
  {
    ignores: [
      'node_modules/',
      'cdk.out/',
      'dist/',
      '.tenfold/',
      'coverage/',
      'drills/out/',
      'bench/out/',
      '**/*.js',
      '**/*.mjs',
      '**/*.cjs',
    ],
  },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Numbers and booleans in a message are clear without a String() around them; objects stay forbidden.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `noPropertyAccessFromIndexSignature` of tsconfig asks for record['key'], which this rule would turn back.
      '@typescript-eslint/dot-notation': 'off',
      // A construct is made for its effect on the tree: `new Alarm(this, …)` without a variable is how CDK is written.
      'no-new': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowConstructorOnly: true, allowEmpty: true }],
      // Ports promise: an in-memory adapter keeps the port's `async` signature although it awaits nothing.
      '@typescript-eslint/require-await': 'off',
      // `() => voidCall()` is the short form of every callback here.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Interfaces are written with method syntax and met by object literals without `this`: taking them apart is safe and common.
      '@typescript-eslint/unbound-method': 'off',
      // `_name` marks what a signature must take and this implementation does not need.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // Stage, environment and context are read in one place at synth and through `readEnv` at run time (docs/adr).
    files: ['lib/**/*.ts', 'lambdas/**/*.ts'],
    ignores: ['lambdas/shared/read-env.ts', 'lib/build/shims/credential-provider-node.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Read the environment in bin/ or through readEnv in a .lambda.ts file.',
        },
      ],
    },
  },
  {
    // Clock, ids and randomness come through ports; a decision that reads them cannot be replayed.
    files: ['lambdas/**/*.ts', 'lib/**/*.ts'],
    ignores: ['lambdas/**/*.adapter.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'Take the time from the Clock port.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Take the time from the Clock port.',
        },
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'Take randomness as an argument.',
        },
        {
          selector: "CallExpression[callee.name='randomUUID'], CallExpression[callee.property.name='randomUUID']",
          message: 'Ids are deterministic: use deterministicId.',
        },
      ],
    },
  },
  {
    // Programs that talk to a person at a terminal.
    files: [
      'bin/**/*.ts',
      'local/**/*.ts',
      'drills/**/*.ts',
      'bench/**/*.ts',
      'contracts/**/*.ts',
      'test/setup/**/*.ts',
      'lib/build/main.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    // A comparison runs what the other library ships, and a Lambda context has the methods it has.
    files: ['bench/**/powertools-*.ts'],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A missing element is what the assertion after it reports; `!` keeps the arrangement readable.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Templates are JSON of unknown shape: `Template.toJSON()` is `any` by its own declaration.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
