import { z } from 'zod';
import { MissingResourceError } from '../harness/deployed-system';
import type { DrillRun } from '../harness/drill';
import type { Figure } from '../harness/figure';
import { scanTable } from '../harness/scan-table';
import type { ClientLoad, Placement } from './client-load';
import type { OrderWishes } from './order-wishes';
import { DARK_REGION } from './protections';
import type { Attempt } from './store-client';
import type { World } from './world';

/** What is injected, as the report calls it. */
export const fault = {
  swallowed: 'requests of clients that a dark or broken region swallowed',
  answersLost: 'orders that a region took and whose answer was lost',
  twice: 'orders that two regions made: charged in one, rejected in the other',
  midway: 'orders caught in the middle by a region that went dark',
  late: 'writes that arrived after another region had taken over',
  partition: 'orders placed on both sides of a cut between the regions',
  falseAlarm: 'evacuations of a region that was well',
} as const;

/** Everything a part of the drill works with. */
export interface Scene {
  readonly run: DrillRun;
  readonly world: World;
  readonly load: ClientLoad;
  readonly attempts: readonly Attempt[];
  readonly recoveries: Figure[];
  readonly wishes: OrderWishes;
  /** Something that only the region has that goes dark. */
  readonly oneSided: string;
  /** Orders that were placed in both regions on purpose. */
  readonly madeTwice: Placement[];
  /** Between which moments the evacuated region was awake and not let back in, in milliseconds since the epoch. */
  readonly fencedTimes: { readonly from: number; readonly until: number }[];
  readonly notes: string[];
}

/** The local cloud, whose regions can go dark. @throws MissingResourceError the drill runs elsewhere */
export const localOf = ({ system }: DrillRun) => {
  const { local } = system.cloud;
  if (local === undefined) throw new MissingResourceError('the drill needs the local cloud');
  return local;
};

/** URL of what stands before the region that goes dark. */
export const frontOf = ({ services }: World): string =>
  services.status().regions.find(({ region }) => region === DARK_REGION)?.frontUrl ?? '';

/** An order as its item has it. */
export const orderItem = z.object({
  kind: z.literal('order'),
  homeRegion: z.string(),
  state: z.object({
    orderId: z.string(),
    customerId: z.string(),
    status: z.string(),
    placedAt: z.string(),
    confirmedAt: z.string().optional(),
    closedAt: z.string().optional(),
  }),
});
/** Orders as a region's replica has them. */
export const ordersIn = async ({ system }: DrillRun, region: string) => {
  const own = system.inRegion(region);
  const items = await scanTable(own, own.tableName('ordering'));
  return items.flatMap((item) => orderItem.safeParse(item).data ?? []);
};

/** Requests that have failed since a moment, in milliseconds since the epoch. */
export const failuresSince = (attempts: readonly Attempt[], from: number): Attempt[] =>
  attempts.filter(({ at, milliseconds, outcome }) => at + milliseconds >= from && outcome === 'failed');

/** Clients' orders, and those that were placed in both regions on purpose. */
export const placementsOf = ({ load, madeTwice }: Pick<Scene, 'load' | 'madeTwice'>): readonly Placement[] => [
  ...load.placements,
  ...madeTwice,
];
