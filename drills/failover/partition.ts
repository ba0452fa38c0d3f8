import { setTimeout as sleep } from 'node:timers/promises';
import { DARK_REGION } from './protections';
import { fault, localOf, type Scene } from './scene';
import { untilHome } from './wait-for-clients';

/** Replication is cut both ways while orders are placed on both sides. */
export const partition = async (scene: Scene): Promise<void> => {
  const { run, load } = scene;
  const { control } = localOf(run);
  const { region } = run.system.cloud;
  run.progress.phase('cut replication between the regions, and go on in both');
  await untilHome(scene);
  const links = [
    [region, DARK_REGION],
    [DARK_REGION, region],
  ] as const;
  const from = Date.now();
  for (const [one, other] of links) await control.putReplication(one, other, { partitioned: true });
  await sleep(12_000);
  for (const [one, other] of links) await control.putReplication(one, other, { partitioned: false });
  const during = load.placements.filter(({ until }) => until >= from).flatMap(({ taken }) => taken?.region ?? []);
  // Of the side with fewer, since both are needed.
  const sides = [...Map.groupBy(during, (taken) => taken).values()].map((orders) => orders.length);
  run.faults.happened(fault.partition, sides.length > 1 ? Math.min(...sides) : 0);
};
