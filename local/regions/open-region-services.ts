import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalCloud } from '../cloud';
import { assemblyDirectory } from '../paths';
import { distributionIn, type PlayedDistribution } from './distribution';
import { type RegionServices, startRegionServices } from './region-services';

/** CloudFront is managed from here, and so is its stack. */
const DISTRIBUTION_REGION = 'us-east-1';

/** The distribution of the assembly that was deployed last; `undefined` when the stage serves no assets. */
const deployedDistribution = async (): Promise<PlayedDistribution | undefined> => {
  for await (const file of glob('**/*.template.json', { cwd: assemblyDirectory })) {
    const template: unknown = JSON.parse(await readFile(join(assemblyDirectory, file), 'utf8'));
    const found = distributionIn(template, DISTRIBUTION_REGION);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** How the services are wanted. */
export interface OpenServicesOptions {
  /** By how much health checks are faster than deployed. @default 1 */
  readonly factor?: number;
  /** Is told what went wrong on the way. */
  readonly note: (line: string) => void;
}

/**
 * Starts, in this process, what AWS has between clients and the regions of a deployed local cloud: fronts, name server, health
 * checkers and the assets' origin group.
 * @throws DistributionError the deployed distribution is not one that can be played
 */
export const openRegionServices = async (
  { endpoint, regions }: Pick<LocalCloud, 'endpoint' | 'regions'>,
  { factor, note }: OpenServicesOptions,
): Promise<RegionServices> => {
  const distribution = await deployedDistribution();
  return startRegionServices({
    ...{ endpoint, regions, note },
    ...(distribution && { distribution }),
    ...(factor !== undefined && { factor }),
  });
};
