import { join } from 'node:path';
import { bundleLambdas } from '../../lib/build/bundle-lambdas';
import { projectRoot } from '../../lib/build/bundle-paths';
import type { EntryPoint } from './entry-points';

/** A function's bundle as it is deployed. */
export interface OwnBundle {
  readonly bytes: number;
  /** Whether a client of an AWS service is in it. */
  readonly hasSdkClient: boolean;
}

/** Bundles the store's functions into `target`, in the way `npm run build` does, and without touching `dist/`. */
export const ownBundles = async (entries: readonly EntryPoint[], target: string): Promise<Map<string, OwnBundle>> => {
  const { outputs } = await bundleLambdas({ target, faultyTarget: `${target}-faulty` });
  const bundles = new Map<string, OwnBundle>();
  for (const [path, { bytes, inputs }] of Object.entries(outputs)) {
    const hasSdkClient = Object.keys(inputs).some((input) => input.includes('node_modules/@aws-sdk/client-'));
    bundles.set(join(projectRoot, path), { bytes, hasSdkClient });
  }
  return new Map(
    entries.flatMap(({ name }) => {
      const bundle = bundles.get(join(target, name, 'index.js'));
      return bundle === undefined ? [] : [[name, bundle] as const];
    }),
  );
};
