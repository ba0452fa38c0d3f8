import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { flagSetOf, parseFlagsFile } from '../../lib/app/flags-file';
import type { StageName } from '../../lib/app/stage-config';
import { messageOf } from '../message-of';
import { projectRoot } from '../paths';
import type { TaskList } from '../terminal/task-list';
import { assertNotStale } from './assert-not-stale';
import { deployFlags } from './deploy-flags';
import { editFlags } from './edit-flags';
import { FlagDeploymentError } from './flags.errors';
import type { FlagsEdit } from './flags-command';
import { deployedText, flagsFile, textOfFlags } from './flags-source';
import { knownRegions } from './known-region';
import type { RegionFlags } from './region-flags.port';

/** What is changed, and where. */
export interface FlagsChange {
  readonly stage: StageName;
  readonly regions: readonly RegionFlags[];
  /** @default none: what the file says is deployed */
  readonly edit?: FlagsEdit;
  readonly atOnce: boolean;
  /** Also when a region serves a flag otherwise than the file had it. */
  readonly overwrite: boolean;
  readonly tasks: TaskList;
  /** @default config/flags.json */
  readonly path?: string;
}

/**
 * Edits the file of flags and brings it to the regions. When they do not take it, the file is put back, too: it says what holds.
 * @throws FlagsFileError the file is wrong
 * @throws FlagRefusalError there is no such flag or variant, a region serves what the file did not have, an alarm rings, or a deployment is under way
 * @throws RegionDarkError a region does not answer; nothing was begun
 * @throws FlagDeploymentError a region has refused the flags or rolled them back
 */
export const changeFlags = async (change: FlagsChange): Promise<void> => {
  const { stage, regions, edit, atOnce, overwrite, tasks, path = flagsFile } = change;
  const text = await readFile(path, 'utf8');
  const name = relative(projectRoot, path);
  const before = parseFlagsFile(text, name);
  const after = edit === undefined ? before : editFlags(before, stage, edit);
  const known = await knownRegions(regions);
  if (!overwrite) assertNotStale(known, { before: flagSetOf(before, stage), after: flagSetOf(after, stage) });
  const written = textOfFlags(after);
  if (edit !== undefined) await writeFile(path, written);
  try {
    await deployFlags(known, deployedText(after, stage), { atOnce, tasks });
  } catch (error) {
    if (edit === undefined) throw error;
    if ((await readFile(path, 'utf8')) === written) {
      await writeFile(path, text);
      throw error;
    }
    // Somebody's edit is in it by now; only they know what belongs there.
    throw new FlagDeploymentError(
      `${messageOf(error)}\n${name} was edited meanwhile and is left as it is: ` +
        `what it says of ${edit.flag} in ${stage} has to be taken back by hand`,
      { cause: error },
    );
  }
};
