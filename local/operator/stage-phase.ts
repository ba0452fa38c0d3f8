import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { SchemaPhase } from '../../lambdas/shared/schema-phase.contract';
import { projectRoot } from '../paths';

const settings = z.looseObject({ schemaPhases: z.looseObject({}).optional() });

/**
 * Writes a phase into the stage's settings, where the next deployment finds it, and leaves everything else in them as it is. The file is
 * replaced as a whole, so that it is never half written.
 * @returns the file
 */
export const setStagePhase = async (
  stage: string,
  kind: string,
  step: { readonly version: number; readonly phase: SchemaPhase; readonly since?: string },
  directory = join(projectRoot, 'config'),
): Promise<string> => {
  const path = join(directory, `${stage}.json`);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    // A stage without a file is what the defaults say.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}';
    throw error;
  });
  const known = settings.parse(JSON.parse(text));
  const changed = { ...known, schemaPhases: { ...known.schemaPhases, [kind]: step } };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify(changed, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
  return path;
};
