import { bundleLambdas } from '../../lib/build/bundle-lambdas';

/** Bundles every function once before the template suites, as `npm run build` does, so that assets are the real ones. */
export default async function buildBundles(): Promise<void> {
  await bundleLambdas();
}
