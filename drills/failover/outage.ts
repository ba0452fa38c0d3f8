import { setTimeout as sleep } from 'node:timers/promises';
import type { DrillRun } from '../harness/drill';
import { makeTwice, stopSagas } from './made-twice';
import { DARK_REGION } from './protections';
import { evacuate, giveBack, unfencedAt } from './region-operations';
import { fault, localOf, ordersIn, type Scene } from './scene';
import { untilBusy, untilHome, untilServed } from './wait-for-clients';
import { untilAllHealthy } from './world';

const MADE_TWICE = 2;

/** How many of these orders had not come to an end by then, in milliseconds since the epoch. */
const unfinishedAt = async (run: DrillRun, orderIds: readonly string[], time: number): Promise<number> => {
  const orders = (await ordersIn(run, run.system.cloud.region)).filter(({ state }) => orderIds.includes(state.orderId));
  const ends = orders.map(({ state: { confirmedAt, closedAt } }) => confirmedAt ?? closedAt);
  return ends.filter((end) => end === undefined || Date.parse(end) > time).length;
};

const makeInBoth = async ({ run, world, wishes, oneSided, madeTwice }: Scene): Promise<void> => {
  const { control } = localOf(run);
  const { system, random } = run;
  run.progress.phase(`clients place orders in ${DARK_REGION}, get no answer, and place them elsewhere`);
  const keys = random.fork('made twice');
  // Long enough to be charged before the other region hears of it.
  await control.putReplication(DARK_REGION, system.cloud.region, { lagMilliseconds: [9_000, 10_000] });
  const made = await Promise.all(
    Array.from({ length: MADE_TWICE }, () => keys.uuid()).map((key) =>
      makeTwice({
        ...{ clients: world.clients, key, body: wishes.oneSided(key, oneSided) },
        ...{ first: system.inRegion(DARK_REGION), second: system },
      }),
    ),
  );
  for (const one of made) if (one) madeTwice.push(one.placement);
  run.faults.happened(fault.twice, made.filter((one) => one?.charged).length);
};

/** A region goes dark in the middle of orders, is evacuated by force, comes back with late writes, and is let back in. */
export const outage = async (scene: Scene): Promise<void> => {
  const { run, world, fencedTimes, madeTwice } = scene;
  const { control } = localOf(run);
  const { progress, system, faults } = run;
  const successor = system.cloud.region;
  progress.phase(`${DARK_REGION} goes dark in the middle of orders`);
  await untilHome(scene);
  await makeInBoth(scene);
  await control.putReplication(DARK_REGION, successor, { lagMilliseconds: [500, 2_000] });
  await control.putReplication(successor, DARK_REGION, { lagMilliseconds: [100, 1_000] });
  const busy = await untilBusy(scene);
  await control.putRegion(DARK_REGION, 'blackhole');
  const from = Date.now();
  await untilServed(scene, 'a region that is gone', from);

  progress.phase(`evacuate ${DARK_REGION}, which cannot be asked`);
  const evacuated = await evacuate(system, { region: DARK_REGION, lossDeclared: true }, progress.update);
  scene.notes.push(`evacuation by force: ${evacuated}`);
  await sleep(2_000);

  progress.phase(`${DARK_REGION} is back, with what it had not replicated`);
  const { replication } = await control.status();
  faults.happened(
    fault.late,
    replication.find((link) => link.from === DARK_REGION && link.to === successor)?.backlog ?? 0,
  );
  await control.putRegion(DARK_REGION, 'light');
  const awake = Date.now();
  await sleep(6_000);
  await stopSagas(
    system.inRegion(DARK_REGION),
    madeTwice.flatMap(({ taken }) => taken?.orderId ?? []),
  );
  progress.phase(`return ${DARK_REGION}`);
  scene.notes.push(`return: ${await giveBack(system, DARK_REGION, progress.update)}`);
  fencedTimes.push({ from: awake, until: await unfencedAt(run.system, DARK_REGION) });
  // What a sabotage run is for has been seen by then.
  if (run.sabotage === undefined) await untilAllHealthy(world.services, progress.update);
  faults.happened(fault.midway, await unfinishedAt(run, busy, from));
  await sleep(3_000);
  for (const [one, other] of [
    [DARK_REGION, successor],
    [successor, DARK_REGION],
  ] as const)
    await control.putReplication(one, other, { lagMilliseconds: [0, 50] });
};
