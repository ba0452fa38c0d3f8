import { join } from 'node:path';

/** The project's root folder. */
export const projectRoot = join(__dirname, '..', '..');

/** Where the bundles of all functions are: `<context>/<verb-noun>/index.js`, and `meta.json` (esbuild's metafile). */
export const bundleDirectory = join(projectRoot, 'dist', 'lambdas');

/** The same bundles with the fault injection of the drills beside them. Never part of a stage that has it switched off. */
export const faultyBundleDirectory = join(projectRoot, 'dist', 'lambdas-faulty');
