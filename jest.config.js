'use strict';

/** Packages that ship no CommonJS at all; `esm-package.transform.js` turns them into it for jest. */
const esmOnlyPackages = [
  'ansi-regex',
  'ansi-styles',
  'cli-cursor',
  'cli-truncate',
  'cockatiel',
  'environment',
  'get-east-asian-width',
  'is-fullwidth-code-point',
  'listr2',
  'log-update',
  'mimic-function',
  'onetime',
  'restore-cursor',
  'slice-ansi',
  'string-width',
  'strip-ansi',
  'uuid',
  'wrap-ansi',
];

/** What every suite shares. Types are `tsc`'s job (`npm run check`), so ts-jest only strips them. */
const suite = (name, options = {}) => ({
  displayName: name,
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/setup/errors-of-node.ts'],
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  transform: {
    '^.+\\.ts$': [
      'ts-jest',
      {
        diagnostics: false,
        tsconfig: {
          module: 'CommonJS',
          moduleResolution: 'Bundler',
          target: 'ES2024',
          esModuleInterop: true,
          isolatedModules: true,
          resolveJsonModule: true,
          sourceMap: true,
        },
      },
    ],
    '/node_modules/.+\\.m?js$': '<rootDir>/test/setup/esm-package.transform.js',
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(?:${esmOnlyPackages.join('|')})/)`],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/dist', '<rootDir>/.tenfold'],
  ...options,
});

const localCloud = {
  globalSetup: '<rootDir>/test/setup/start-local-cloud.ts',
  globalTeardown: '<rootDir>/test/setup/stop-local-cloud.ts',
};

/** @type {import('jest').Config} */
module.exports = {
  // All cores: jest leaves one idle by default, which on a small machine is half of it.
  maxWorkers: '100%',
  // Here, because jest ignores it in a project.
  testTimeout: 120_000,
  projects: [
    suite('unit'),
    suite('synth', { globalSetup: '<rootDir>/test/setup/build-bundles.ts' }),
    suite('contract', localCloud),
    suite('integration', localCloud),
  ],
};
