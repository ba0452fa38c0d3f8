import { regionsOfStage } from '../operator/regions-of-stage';
import { FlagRefusalError } from './flags.errors';
import type { FlagsRequest } from './flags-command';

/**
 * The regions that a command about flags is meant for: those of the stage, or the one that is named.
 * @param directory of the stages' settings
 * @throws StageConfigError the stage's settings are not here, or wrong: flags are not deployed to regions that are guessed
 * @throws FlagRefusalError the stage has no such region
 */
export const regionsMeant = async ({ stage, region }: FlagsRequest, directory?: string): Promise<readonly string[]> => {
  const all = await regionsOfStage(stage, directory);
  if (region === undefined) return all;
  if (!all.includes(region))
    throw new FlagRefusalError(`no region ${region} of stage ${stage}; there are ${all.join(', ')}`);
  return [region];
};
