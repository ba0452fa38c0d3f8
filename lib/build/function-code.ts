import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleDirectory, faultyBundleDirectory } from './bundle-paths';

/** The code of a function was asked for before it was bundled. */
export class MissingBundleError extends Error {
  override readonly name = 'MissingBundleError';
}

/** Where a function's code is and which of its exports to call. */
export interface FunctionCode {
  readonly code: Code;
  /** `<file>.<export>`, as Lambda wants it. */
  readonly handler: string;
}

/**
 * The bundle of `lambdas/<entry>.lambda.ts`, made earlier by `bundleLambdas`: synthesis itself bundles nothing.
 * @param entry `<context>/<verb-noun>`
 * @throws MissingBundleError when there is no such bundle
 */
export const functionCode = (entry: string, options: { readonly faultInjection: boolean }): FunctionCode => {
  const { faultInjection } = options;
  const folder = join(faultInjection ? faultyBundleDirectory : bundleDirectory, entry);
  const file = faultInjection ? 'faulty' : 'index';
  if (!existsSync(join(folder, `${file}.js`))) {
    throw new MissingBundleError(
      `no bundle of "${entry}" in ${folder}: run "npm run build" (expected from lambdas/${entry}.lambda.ts)`,
    );
  }
  return { code: Code.fromAsset(folder), handler: `${file}.handler` };
};
