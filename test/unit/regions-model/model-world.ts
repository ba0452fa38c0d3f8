import type { Reservation } from '../../../lambdas/inventory/reservation';
import type { PointsCredit } from '../../../lambdas/loyalty/points-credit';
import type { Order } from '../../../lambdas/ordering/order';
import type { Timeline } from '../../../lambdas/ordering/order-timeline';
import type { Payment } from '../../../lambdas/payments/payment';
import type { Shipment } from '../../../lambdas/shipping/shipment';
import { InMemoryPaymentProvider } from '../payments/in-memory-payment-provider';
import { InMemoryCarrier } from '../shipping/in-memory-carrier';
import { PublishedFacts } from './published-facts';
import { type Context, contexts, RegionLog } from './region-log';
import { type LostUpdate, ReplicatedTable, type TableSurroundings } from './replicated-table';
import { Replication } from './replication';
import { VirtualTime } from './virtual-time';

/** Everything outside of the regions' functions: time, lines, tables, the provider and the carrier. */
export interface ModelWorld {
  readonly time: VirtualTime;
  readonly regions: readonly string[];
  readonly skews: ReadonlyMap<string, number>;
  readonly replication: Replication;
  readonly log: RegionLog;
  readonly lost: LostUpdate[];
  readonly tables: {
    readonly ordering: ReplicatedTable<Order>;
    readonly timelines: ReplicatedTable<Timeline>;
    readonly inventory: ReplicatedTable<Reservation>;
    readonly payments: ReplicatedTable<Payment>;
    readonly shipping: ReplicatedTable<Shipment>;
    readonly loyalty: ReplicatedTable<PointsCredit>;
  };
  readonly provider: InMemoryPaymentProvider;
  readonly carrier: InMemoryCarrier;
  readonly facts: PublishedFacts;
  /** How many outages of the provider and the carrier there are now. */
  readonly outage: { count: number };
}

/** What a world is made of. */
export interface WorldParts {
  readonly seed: number;
  readonly regions: readonly string[];
  /** How wrong each region's clock is, in milliseconds. */
  readonly skews: readonly number[];
  /** The longest lag of each pair, in milliseconds. */
  readonly lags: readonly number[];
}

/** A world in which nothing has happened yet. */
export const modelWorld = ({ seed, regions, skews, lags }: WorldParts): ModelWorld => {
  const time = new VirtualTime(seed);
  const skewOf = new Map(regions.map((region, index) => [region, skews[index] ?? 0]));
  const replication = new Replication(time, regions, (index) => lags[index] ?? 0);
  const log = new RegionLog(time, replication, skewOf);
  const lost: LostUpdate[] = [];
  const clockOf = (region: string): number => time.now + (skewOf.get(region) ?? 0);
  const table = <State>(kind: string, context: Context): ReplicatedTable<State> => {
    const inactiveFor = (region: string): number => log.inactiveFor(region, context);
    const around: TableSurroundings = { time, replication, clockOf, inactiveFor, lost };
    return new ReplicatedTable<State>(kind, around);
  };
  const tables = {
    ordering: table<Order>('order', contexts[0]),
    timelines: table<Timeline>('timeline', contexts[0]),
    inventory: table<Reservation>('reservation', contexts[1]),
    payments: table<Payment>('payment', contexts[2]),
    shipping: table<Shipment>('shipment', contexts[3]),
    loyalty: table<PointsCredit>('credit', contexts[4]),
  };
  const carrier = new InMemoryCarrier();
  carrier.refuses.add('AQ');
  const outside = {
    provider: new InMemoryPaymentProvider(),
    carrier,
    facts: new PublishedFacts(),
    outage: { count: 0 },
  };
  return { time, regions, skews: skewOf, replication, log, lost, tables, ...outside };
};
