import { setTimeout as sleep } from 'node:timers/promises';
import { openRegionServices } from '../../local/regions/open-region-services';
import type { RegionServices } from '../../local/regions/region-services';
import { type DeployedSystem, MissingResourceError } from '../harness/deployed-system';
import type { ClientWorld } from './store-client';

/** By how much health checks and DNS answers are faster than deployed. More would leave a small machine no time for anything else. */
export const FACTOR = 4;

/** The domain of the local stage. */
const API_HOST = 'api.tenfold.test';

const HEALTHY_LIMIT_MILLISECONDS = 180_000;

/** A world of regions: what AWS has around them, and how clients find them. */
export interface World {
  readonly services: RegionServices;
  readonly clients: ClientWorld;
  close(): Promise<void>;
}

/** Resolves once every health check is well. @throws MissingResourceError one is not, for minutes */
export const untilAllHealthy = async (services: RegionServices, note: (line: string) => void): Promise<void> => {
  const deadline = Date.now() + HEALTHY_LIMIT_MILLISECONDS;
  for (;;) {
    const sick = services.status().checks.filter(({ healthy }) => !healthy);
    if (sick.length === 0 && services.status().checks.length > 0) return;
    note(`${sick.length} health checks are not well yet`);
    if (Date.now() > deadline)
      throw new MissingResourceError(
        `health checks stay unhealthy: ${sick.map(({ kind, host }) => host ?? kind).join(', ')}`,
      );
    await sleep(500);
  }
};

/** Starts DNS, health checkers and fronts before a local cloud, and waits until all regions are healthy. */
export const openWorld = async (system: DeployedSystem, note: (line: string) => void): Promise<World> => {
  const { local } = system.cloud;
  if (local === undefined) throw new MissingResourceError('the drill needs the local cloud');
  const services = await openRegionServices(local, { factor: FACTOR, note });
  try {
    await untilAllHealthy(services, note);
    const { dns, regions } = services.status();
    const tokens = await Promise.all(local.regions.map(async (one) => [one.region, await one.token()] as const));
    return {
      services,
      clients: {
        dns,
        host: API_HOST,
        factor: FACTOR,
        servers: new Map(regions.map(({ address, region, frontUrl }) => [address, { region, url: frontUrl }])),
        tokens: new Map(tokens),
      },
      close: () => services.close(),
    };
  } catch (error) {
    await services.close();
    throw error;
  }
};
