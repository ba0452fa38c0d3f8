import { z } from 'zod';
import { LocalCloudError } from '../local.errors';

/** How a region answers: `light` is as it should be. In a region that is `refused` or a `blackhole` nothing runs. */
export type RegionMode = 'light' | 'refused' | 'blackhole' | 'slow' | 'error';

/** Every mode, for command lines. */
export const regionModes = ['light', 'refused', 'blackhole', 'slow', 'error'] as const satisfies readonly RegionMode[];

const region = z.object({
  mode: z.enum(regionModes),
  /** How much later than otherwise a slow region answers. */
  delayMilliseconds: z.number(),
  /** When this was set; absent when it never was. */
  since: z.string().optional(),
});

const replicationLink = z.object({
  from: z.string(),
  to: z.string(),
  /** Each write takes a time of this range, both ends included. */
  lagMilliseconds: z.tuple([z.number(), z.number()]),
  partitioned: z.boolean(),
  /** Whether writes arrive at all: not when the way is cut, or either region silent. */
  open: z.boolean(),
  /** Writes under way. */
  backlog: z.number(),
  backlogByTable: z.record(z.string(), z.number()),
  /** Age of the oldest of them. */
  oldestMilliseconds: z.number(),
  applied: z.number(),
  /** Writes that arrived after a later one to the same item, and were dropped. */
  superseded: z.number(),
});

/** State of the replication from one region to another. */
export type ReplicationLink = z.output<typeof replicationLink>;

const regionStatus = z.object({
  regions: z.record(z.string(), region),
  replication: z.array(replicationLink),
  /** Partitions of tables that are too busy to be written to, by region, and how many writes were refused since that was said. */
  throttling: z.record(z.string(), z.object({ keys: z.array(z.string()), refused: z.number() })),
  /** How much faster than on AWS time passes for CodeDeploy and the alarms that it watches. */
  deployments: z.object({ timesAsFast: z.number() }),
});

/** What the embedded emulator knows of its regions, of the ways between them, and of the time that it plays. */
export type RegionStatus = z.output<typeof regionStatus>;

/** How writes get from one region to another; what is absent stays as it is. */
export interface ReplicationWish {
  /** Of writes from now on: a fixed time, or a range. */
  readonly lagMilliseconds?: number | readonly [number, number];
  /** Whether the way is cut. What is written meanwhile arrives when it is not any more. */
  readonly partitioned?: boolean;
}

/** Controls the regions of the embedded emulator, and the time that it plays. */
export interface EmulatorControl {
  status(): Promise<RegionStatus>;
  /** Makes a region dark, or light again. @param delayMilliseconds of a slow one; required there, and only there */
  putRegion(region: string, mode: RegionMode, delayMilliseconds?: number): Promise<RegionStatus>;
  putReplication(from: string, to: string, wish: ReplicationWish): Promise<RegionStatus>;
  /** Makes partitions of a region's tables too busy to be written to: those whose keys contain one of the texts, and no others. */
  putThrottling(region: string, keys: readonly string[]): Promise<RegionStatus>;
  /**
   * Sets how fast time passes for deployments: schedules, hooks' limits, and the periods of the alarms that deployment groups
   * watch. @param timesAsFast from 1 (as on AWS) to 1000; waits that have begun keep their length
   */
  putDeploymentPace(timesAsFast: number): Promise<RegionStatus>;
}

const refusal = z.object({ message: z.string() });

/**
 * The control of the emulator at an endpoint.
 * @throws LocalCloudError (from every method) the emulator refuses a wish, or is another than the embedded one
 */
export const emulatorControl = (endpoint: string): EmulatorControl => {
  const call = async (method: 'GET' | 'PUT', path: string, body?: object): Promise<RegionStatus> => {
    const url = `${endpoint}/_tenfold/${path}`;
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(10_000),
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (response.ok) return regionStatus.parse(JSON.parse(text));
    throw new LocalCloudError(
      `the emulator answers ${method} ${url} with ${response.status}: ${messageIn(text)}`,
      'only the embedded emulator of npm start has regions that go dark',
    );
  };
  return {
    status: () => call('GET', 'status'),
    putRegion: (name, mode, delayMilliseconds) =>
      call('PUT', `regions/${name}`, { mode, ...(delayMilliseconds !== undefined && { delayMilliseconds }) }),
    putReplication: (from, to, wish) => call('PUT', `replication/${from}/${to}`, wish),
    putThrottling: (name, keys) => call('PUT', `throttling/${name}`, { keys }),
    putDeploymentPace: (timesAsFast) => call('PUT', 'deployments', { timesAsFast }),
  };
};

/** Whether an emulator has regions to control, that is, whether it is the embedded one: no other has more than one region. */
export const hasRegions = async (endpoint: string): Promise<boolean> => {
  try {
    await emulatorControl(endpoint).status();
    return true;
  } catch {
    return false;
  }
};

const messageIn = (text: string): string => {
  try {
    return refusal.parse(JSON.parse(text)).message;
  } catch {
    return text;
  }
};
