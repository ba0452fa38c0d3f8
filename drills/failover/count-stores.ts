import { z } from 'zod';
import { type Figure, informative, none } from '../harness/figure';
import { connectOutsideService } from '../harness/outside-service';
import { scanTable } from '../harness/scan-table';
import { countConservation } from '../saga/count-conservation';
import type { DrillCatalogue } from '../saga/drill-catalogue';
import { readOrderEvidence } from '../saga/read-order-evidence';
import { divergentKeys } from './compare-replicas';
import { committedBetween, countOrders, failoverFigures } from './count-failover';
import { DARK_REGION } from './protections';
import { localOf, orderItem, placementsOf, type Scene } from './scene';

const contexts = ['ordering', 'inventory', 'payments', 'shipping', 'loyalty'] as const;

const outboxItem = z.object({
  itemType: z.literal('OUTBOX'),
  pk: z.string(),
  originRegion: z.string(),
  committedAt: z.string(),
});

/** Counts orders, money, stock, parcels and the replicas' differences. @param since milliseconds since the epoch */
export const countAll = async (scene: Scene, since: number, loaded: DrillCatalogue): Promise<Figure[]> => {
  const { run, fencedTimes, attempts } = scene;
  const placements = placementsOf(scene);
  const { system } = run;
  const local = localOf(run);
  const accepted = placements.flatMap(({ taken }) => taken?.orderId ?? []);
  const services = {
    'payment-provider': await connectOutsideService(system, 'payment-provider'),
    carrier: await connectOutsideService(system, 'carrier'),
  };
  const evidence = await readOrderEvidence({ system, services, catalogue: loaded, accepted, since });
  const replicas = await Promise.all(
    local.regions.map(async ({ region }) => {
      const own = system.inRegion(region);
      const tables = await Promise.all(
        contexts.map(async (context) => [context, await scanTable(own, own.tableName(context))] as const),
      );
      return { region, tables: new Map(tables) };
    }),
  );
  const [first, ...others] = replicas;
  const divergent = others.flatMap(({ region, tables }) =>
    contexts.flatMap((context) =>
      divergentKeys(first?.tables.get(context) ?? [], tables.get(context) ?? []).map(
        (key) => `${context} ${key} in ${region}`,
      ),
    ),
  );
  const rows = contexts
    .flatMap((context) => first?.tables.get(context) ?? [])
    .flatMap((item) => outboxItem.safeParse(item).data ?? []);
  const orders = replicas.map(({ region, tables }) => ({
    region,
    orders: (tables.get('ordering') ?? []).flatMap((item) => orderItem.safeParse(item).data?.state ?? []),
  }));
  const statuses = Map.groupBy(evidence.orders, ({ status }) => status);
  return [
    ...countOrders(placements, orders),
    ...[...statuses].map(([status, list]) => informative(`orders ${status}`, list.length)),
    informative('requests of clients', attempts.length),
    informative('requests that failed', attempts.filter(({ outcome }) => outcome === 'failed').length),
    informative('reads of acknowledged orders', attempts.filter(({ what }) => what === 'read').length),
    informative(
      'reads that found no order that was acknowledged before',
      attempts.filter(({ what, status }) => what === 'read' && status === 404).length,
    ),
    ...countConservation(evidence, { dispatchIsFinal: false }),
    none(failoverFigures.divergent, divergent),
    none(
      failoverFigures.fencedWrites,
      fencedTimes.flatMap(({ from, until }) => committedBetween(rows, DARK_REGION, from, until)),
    ),
  ];
};
