import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { stageConfig } from '../../lib/app/stages';
import { projectRoot } from '../paths';

/**
 * The regions of a stage, the first one first, as its configuration has them.
 * @throws StageConfigError the configuration is wrong
 */
export const regionsOfStage = async (
  stage: string,
  directory = join(projectRoot, 'config'),
): Promise<readonly string[]> => {
  let text = '{}';
  try {
    text = await readFile(join(directory, `${stage}.json`), 'utf8');
  } catch (error) {
    // A stage without a file is what the defaults say.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return stageConfig(stage, z.record(z.string(), z.unknown()).parse(JSON.parse(text))).regions;
};
