import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StageConfigError } from './stage-config';

/**
 * What the deployer says of a stage in `config/<stage>.json`; nothing when there is no such file.
 * @throws StageConfigError the file is no JSON object
 */
export const readStageSettings = (stage: string): Record<string, unknown> => {
  const file = join(__dirname, '..', '..', 'config', `${stage}.json`);
  if (!existsSync(file)) return {};
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new StageConfigError(`config/${stage}.json: expected one JSON object; ${String(cause)}`, { cause });
  }
};
