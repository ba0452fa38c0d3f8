import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type FlagsFile, flagSetOf, parseFlagsFile } from '../../lib/app/flags-file';
import type { StageName } from '../../lib/app/stage-config';
import { projectRoot } from '../paths';

/** The one source of all flags, of all stages and regions. */
export const flagsFile = join(projectRoot, 'config', 'flags.json');

/**
 * Reads the file of flags.
 * @throws FlagsFileError naming each wrong field
 */
export const readFlagsFile = async (path = flagsFile): Promise<FlagsFile> =>
  parseFlagsFile(await readFile(path, 'utf8'), relative(projectRoot, path));

/** The file of flags as it is written. */
export const textOfFlags = (file: FlagsFile): string => `${JSON.stringify(file, undefined, 2)}\n`;

/** What is deployed to each region of a stage: the same text for the same flags. */
export const deployedText = (file: FlagsFile, stage: StageName): string => JSON.stringify(flagSetOf(file, stage));
