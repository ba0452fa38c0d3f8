import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { LocalCloudError } from '../local.errors';
import { tenfoldDirectory } from '../paths';

/** What the services between clients and regions are, and what they think of the regions. */
export const regionServicesStatus = z.object({
  /** By how much health checks are faster than deployed. */
  factor: z.number().positive(),
  regions: z.array(
    z.object({
      region: z.string(),
      /** Base of the deployed API in the emulator. */
      apiUrl: z.string(),
      /** Base of the same API as clients reach it. */
      frontUrl: z.string(),
      /** What DNS answers for it. */
      address: z.string(),
    }),
  ),
  dns: z.object({ address: z.string(), port: z.number() }),
  /** Names of the hosted zones that DNS answers for. */
  zones: z.array(z.string()),
  assets: z.object({ url: z.string(), address: z.string() }).optional(),
  checks: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      host: z.string().optional(),
      healthy: z.boolean(),
      /** How many of an endpoint's checkers say that it is healthy. */
      votes: z.object({ healthy: z.number(), of: z.number() }).optional(),
    }),
  ),
});

/** What the services between clients and regions are, and what they think of the regions. */
export type RegionServicesStatus = z.output<typeof regionServicesStatus>;

/** Paths of their control, on the loopback interface. */
export const servicesPaths = { status: '/status', factor: '/factor' } as const;

const stateFile = join(tenfoldDirectory, 'regions.json');
const state = z.object({ pid: z.int().positive(), endpoint: z.string(), controlUrl: z.string() });

/** Services that some process of this checkout runs. */
export interface RunningServices {
  status(): Promise<RegionServicesStatus>;
  /** By how much health checks are to be faster than deployed. */
  setFactor(factor: number): Promise<void>;
}

/**
 * Remembers where the services of this process are controlled, for other processes.
 * @param file where; another than the checkout's for tests only
 */
export const writeServicesState = async (endpoint: string, controlUrl: string, file = stateFile): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ pid: process.pid, endpoint, controlUrl }, undefined, 2)}\n`);
};

/** Forgets them, unless the file speaks of another process by now. */
export const removeServicesState = async (file = stateFile): Promise<void> => {
  const known = await readState(file);
  if (known?.pid === process.pid) await rm(file, { force: true });
};

/** What the file says; nothing when it is not there, or was cut off by a process that ended while it wrote. */
const readState = async (file: string): Promise<z.output<typeof state> | undefined> => {
  try {
    return state.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
};

/** The services before an emulator which some process of this checkout runs; `undefined` when none answers. */
export const findRunningServices = async (endpoint: string, file = stateFile): Promise<RunningServices | undefined> => {
  const known = await readState(file);
  if (known === undefined || known.endpoint !== endpoint) return undefined;
  const services = servicesAt(known.controlUrl);
  try {
    await services.status();
    return services;
  } catch {
    return undefined;
  }
};

const LIMIT_MILLISECONDS = 5_000;

const servicesAt = (controlUrl: string): RunningServices => ({
  status: async () => {
    const response = await fetch(`${controlUrl}${servicesPaths.status}`, {
      signal: AbortSignal.timeout(LIMIT_MILLISECONDS),
    });
    return regionServicesStatus.parse(await response.json());
  },
  setFactor: async (factor) => {
    const response = await fetch(`${controlUrl}${servicesPaths.factor}`, {
      method: 'PUT',
      body: JSON.stringify({ factor }),
      signal: AbortSignal.timeout(LIMIT_MILLISECONDS),
    });
    if (response.ok) return;
    throw new LocalCloudError(`the health checkers do not take the factor ${factor}`, 'it is a number from 1 to 100');
  },
});
