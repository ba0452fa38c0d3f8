import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hasRegions } from '../emulator/emulator-control';
import { LocalCloudError } from '../local.errors';
import { projectRoot } from '../paths';

/** Regions of a stage, the primary one first. */
export type Regions = readonly [string, ...(readonly string[])];

/** The regions of a stage whose settings name none. */
export const defaultRegions: Regions = ['sa-east-1', 'us-east-1'];

const settings = z.looseObject({ regions: z.tuple([z.string()], z.string()).optional() });

/**
 * The regions that a stage's own settings (`config/<stage>.json`) name, or those that every stage begins with.
 * @throws LocalCloudError the settings cannot be read
 */
export const regionsOfStage = async (stage: string, directory = join(projectRoot, 'config')): Promise<Regions> => {
  const path = join(directory, `${stage}.json`);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return defaultRegions;
    throw error;
  }
  try {
    return settings.parse(JSON.parse(text)).regions ?? defaultRegions;
  } catch (error) {
    throw new LocalCloudError(
      `config/${stage}.json cannot be read: ${String(error)}`,
      'name the region: --region <region>',
    );
  }
};

/** Those of a stage's regions that an emulator can be deployed: the primary one alone if it cannot replicate a table to another. */
export const regionsOn = async (endpoint: string, wanted: Regions): Promise<Regions> =>
  (await hasRegions(endpoint)) ? wanted : [wanted[0]];
