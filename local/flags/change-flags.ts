import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { parseFlagsFile } from '../../lib/app/flags-file';
import type { StageName } from '../../lib/app/stage-config';
import { projectRoot } from '../paths';
import type { TaskList } from '../terminal/task-list';
import { deployFlags } from './deploy-flags';
import { editFlags } from './edit-flags';
import type { FlagsEdit } from './flags-command';
import { deployedText, flagsFile, textOfFlags } from './flags-source';
import type { RegionFlags } from './region-flags.port';

/** What is changed, and where. */
export interface FlagsChange {
  readonly stage: StageName;
  readonly regions: readonly RegionFlags[];
  /** @default none: what the file says is deployed */
  readonly edit?: FlagsEdit;
  readonly atOnce: boolean;
  readonly tasks: TaskList;
  /** @default config/flags.json */
  readonly path?: string;
}

/**
 * Edits the file of flags and brings it to the regions. When they do not take it, the file is put back, too: it says what holds.
 * @throws FlagsFileError the file is wrong
 * @throws FlagRefusalError there is no such flag or variant, or an alarm rings
 * @throws FlagDeploymentError a region has refused the flags or rolled them back
 */
export const changeFlags = async ({
  stage,
  regions,
  edit,
  atOnce,
  tasks,
  path = flagsFile,
}: FlagsChange): Promise<void> => {
  const text = await readFile(path, 'utf8');
  const before = parseFlagsFile(text, relative(projectRoot, path));
  const after = edit === undefined ? before : editFlags(before, stage, edit);
  if (edit !== undefined) await writeFile(path, textOfFlags(after));
  try {
    await deployFlags(regions, deployedText(after, stage), { atOnce, tasks });
  } catch (error) {
    if (edit !== undefined) await writeFile(path, text);
    throw error;
  }
};
