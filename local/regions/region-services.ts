import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askBuckets, startAssetFront } from './asset-front';
import type { PlayedDistribution } from './distribution';
import { clientNetworks, locator } from './dns/client-location';
import { startDnsServer } from './dns/dns-server';
import type { HostedZone } from './dns/record-set';
import { regionLatency } from './dns/region-latency';
import { type DnsWorld, resolveQuery } from './dns/resolve-query';
import { readDeployedDns } from './dns/route53-zones';
import type { EndpointCheck, HealthCheck } from './health/health-check';
import { startHealthCheckers } from './health/health-checkers';
import { probeEndpoint } from './health/probe-endpoint';
import { shareProbes } from './health/share-probes';
import { alarmWatch } from './health/watch-alarm';
import { startRegionFront } from './region-front';
import type { RegionServicesStatus } from './region-services-status';

/** What the services of all regions stand on. */
export interface RegionServicesOptions {
  /** Of the emulator. */
  readonly endpoint: string;
  /** With the base of each region's deployed API. */
  readonly regions: readonly { readonly region: string; readonly apiUrl: string }[];
  /** Absent when the stage has no assets. */
  readonly distribution?: PlayedDistribution;
  /** By how much health checks are faster than deployed. @default 1 */
  readonly factor?: number;
  readonly note: (line: string) => void;
}

/** Fronts, name server, health checkers and assets at work. */
export interface RegionServices {
  status(): RegionServicesStatus;
  /** By how much health checks are faster than deployed from now on. */
  setFactor(factor: number): void;
  /** Ends all of them and waits until nothing is under way. */
  close(): Promise<void>;
}

const REFRESH_MILLISECONDS = 2_000;

/** How close the turns of two checkers are that share a request. */
const SHARED_MILLISECONDS = 500;

/** Addresses that DNS answers: of a network for documentation, each standing for a server on a port of this machine. */
const addressOfFront = (index: number): string => `203.0.113.${index + 1}`;
const ADDRESS_OF_ASSETS = '203.0.113.200';

const REGIONAL_API = /\.execute-api\.(?<region>[a-z0-9-]+)\.amazonaws\.com$/;

/** Starts everything that AWS has between clients and the regions. */
export const startRegionServices = async (options: RegionServicesOptions): Promise<RegionServices> => {
  const { endpoint, distribution, note } = options;
  const locate = locator(
    clientNetworks.parse(JSON.parse(await readFile(join(__dirname, 'dns', 'client-networks.json'), 'utf8'))),
  );
  const fronts = await Promise.all(
    options.regions.map(async ({ region, apiUrl }, index) => {
      const front = await startRegionFront(apiUrl);
      return { region, apiUrl, address: addressOfFront(index), front };
    }),
  );
  const assets = distribution && (await startAssetFront(distribution, askBuckets(endpoint)));
  let zones: readonly HostedZone[] = [];
  let healthChecks: readonly HealthCheck[] = [];
  let factor = options.factor ?? 1;

  const addressesOf = (name: string, type: string): readonly string[] | undefined => {
    if (type !== 'A') return undefined;
    if (name.endsWith('.cloudfront.net')) return assets && [ADDRESS_OF_ASSETS];
    const region = REGIONAL_API.exec(name)?.groups?.['region'];
    const found = fronts.find((front) => front.region === region);
    return found && [found.address];
  };
  const worldFor = (location: DnsWorld['location']): DnsWorld => {
    const statuses = checkers.statuses();
    return {
      zones,
      ...(location !== undefined && { location }),
      isHealthy: (id) => statuses.get(id) ?? true,
      latency: (region) => regionLatency(region, location),
      addressesOf,
      random: Math.random,
    };
  };
  const addressOf = ({ host, address }: EndpointCheck): string | undefined => {
    const resolution = resolveQuery({ name: host, type: 'A' }, worldFor(undefined));
    const found = address ?? (resolution.kind === 'answer' ? resolution.records.at(-1)?.value : undefined);
    const server = fronts.find((front) => front.address === found);
    return server && new URL(server.front.url).host;
  };
  const alarms = alarmWatch(endpoint);
  const checkers = startHealthCheckers(
    {
      addressOf,
      probe: shareProbes(probeEndpoint, SHARED_MILLISECONDS),
      alarmStateOf: alarms.stateOf,
      random: Math.random,
    },
    factor,
  );
  const dns = await startDnsServer(
    (question, clientAddress) => {
      const { location, prefixLength } = locate(clientAddress);
      return { resolution: resolveQuery(question, worldFor(location)), prefixLength };
    },
    (error) => note(`name server: ${String(error)}`),
  );
  const end = new AbortController();
  const { signal } = end;
  const refresh = async (): Promise<void> => {
    // Any region's way to Route 53 will do.
    for (const { region } of fronts) {
      try {
        ({ zones, healthChecks } = await readDeployedDns({ endpoint, region, signal }));
        checkers.watch(healthChecks);
        lastProblem = undefined;
        return;
      } catch (error) {
        // Route 53 goes on answering what it knows while nobody can change it.
        if (signal.aborted) return;
        lastProblem = String(error);
      }
    }
  };
  let lastProblem: string | undefined;
  await refresh();
  if (lastProblem !== undefined) note(`the record sets cannot be read: ${lastProblem}`);
  const refreshing = (async () => {
    for (;;) {
      await sleep(REFRESH_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await refresh();
    }
  })();

  return {
    status: () => {
      const statuses = checkers.statuses();
      return {
        factor,
        regions: fronts.map(({ region, apiUrl, address, front }) => ({ region, apiUrl, frontUrl: front.url, address })),
        dns: { address: dns.address, port: dns.port },
        zones: zones.map(({ name }) => name),
        ...(assets && { assets: { url: assets.url, address: ADDRESS_OF_ASSETS } }),
        checks: healthChecks.map((check) => ({
          id: check.id,
          kind: check.kind,
          ...(check.kind === 'endpoint' && { host: check.host, votes: checkers.votesFor(check.id) }),
          healthy: statuses.get(check.id) ?? true,
        })),
      };
    },
    setFactor: (wanted) => {
      factor = wanted;
      checkers.setFactor(wanted);
    },
    close: async () => {
      end.abort();
      await Promise.all([
        refreshing,
        checkers.close(),
        dns.close(),
        assets?.close(),
        ...fronts.map(({ front }) => front.close()),
      ]);
      alarms.close();
    },
  };
};
