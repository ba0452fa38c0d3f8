import { z } from 'zod';
import { stockIn, stockPool } from '../../lambdas/inventory/stock-pool.contract';
import type { DeployedSystem } from '../harness/deployed-system';
import type { OutsideService } from '../harness/outside-service';
import { type OpenCase, openCasesIn } from '../harness/parked-cases';
import { scanTable } from '../harness/scan-table';
import type { OrderEvidence } from './count-conservation';
import type { DrillCatalogue } from './drill-catalogue';

const order = z.object({
  kind: z.literal('order'),
  state: z.object({
    orderId: z.string(),
    status: z.string(),
    totalMinor: z.number(),
    lines: z.array(z.object({ sku: z.string(), quantity: z.number() })),
  }),
});
const reservation = z.object({
  pk: z.string(),
  kind: z.literal('reservation'),
  state: z.object({ status: z.literal('HELD') }),
});

/** Where the evidence comes from. */
export interface OrderEvidenceSources {
  readonly system: DeployedSystem;
  readonly services: Readonly<Record<'payment-provider' | 'carrier', OutsideService>>;
  readonly catalogue: DrillCatalogue;
  /** Ids of the drill's accepted orders. */
  readonly accepted: readonly string[];
  /** When the drill began, in milliseconds since the epoch: older effects are somebody else's. */
  readonly since: number;
}

/** Contexts whose cases may be about an order. */
const contexts = ['ordering', 'payments', 'shipping', 'inventory', 'loyalty'] as const;

/** Open cases of any context about the drill's own orders. */
const openCasesOfOrders = async (system: DeployedSystem, orderIds: ReadonlySet<string>): Promise<OpenCase[]> => {
  const tables = contexts.map((context) => system.tableName(context));
  const found: OpenCase[] = [];
  for (const table of tables) found.push(...openCasesIn(await scanTable(system, table)));
  return found.filter(({ subject }) => orderIds.has(subject.slice(subject.indexOf('/') + 1)));
};

/** Reads tables and ledgers. */
export const readOrderEvidence = async (sources: OrderEvidenceSources): Promise<OrderEvidence> => {
  const { system, services, catalogue, accepted, since } = sources;
  const own = new Set(accepted);
  const orders = (await scanTable(system, system.tableName('ordering')))
    .flatMap((item) => order.safeParse(item).data?.state ?? [])
    .filter(({ orderId }) => own.has(orderId));
  const inventory = await scanTable(system, system.tableName('inventory'));
  const pools = inventory.flatMap((item) => stockPool.safeParse(item).data ?? []);
  const stock = [...catalogue.initialStock.keys()].map((sku) => ({
    sku,
    ...stockIn(pools.filter((pool) => pool.sku === sku)),
  }));
  const recent = ({ at }: { readonly at: string }): boolean => Date.parse(at) >= since - 1000;
  const cases = await openCasesOfOrders(system, own);
  return {
    orders,
    accepted,
    money: (await services['payment-provider'].ledger()).filter(recent),
    parcels: (await services.carrier.ledger()).filter(recent),
    stock,
    holding: inventory
      .flatMap((item) => reservation.safeParse(item).data ?? [])
      .map(({ pk }) => pk.slice('reservation/'.length))
      .filter((orderId) => own.has(orderId)),
    initialStock: catalogue.initialStock,
    ordersWithOpenCase: cases.map(({ subject }) => subject.slice(subject.indexOf('/') + 1)),
  };
};
