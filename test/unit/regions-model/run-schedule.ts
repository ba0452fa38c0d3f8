import { Clients } from './client';
import { Evacuations } from './evacuation';
import { type Judgement, judge } from './judge';
import { keepLeases } from './lease-keeper';
import { isUnfinished, ModelRegion } from './model-region';
import { modelWorld } from './model-world';
import type { Mishap, Schedule } from './schedule';
import type { Variant } from './variants';

const names = ['sa-east-1', 'us-east-1', 'eu-west-1'];
const sweepSeconds = 16 * 60;
const longestRunSeconds = 6 * 3_600;

/** Lets a schedule happen from its beginning until everything is at rest, and judges what came of it. */
export const runSchedule = async (schedule: Schedule, variant: Variant = {}): Promise<Judgement> => {
  const { seed, skews, lags, units, wishes, mishaps } = schedule;
  const world = modelWorld({ seed, regions: names.slice(0, schedule.regions), skews, lags });
  const { time, replication, log } = world;
  const regions = world.regions.map((name) => new ModelRegion(name, world, variant, units));
  for (const { name: region, compute } of regions) {
    const skew = world.skews.get(region) ?? 0;
    const asking = variant.asking ?? 'every peer';
    keepLeases({ region, time, log, replication, skew, asking, isRunning: () => compute.running });
  }
  const clients = new Clients(world, regions, variant);
  const evacuations = new Evacuations(world, variant);
  const dark = new Map<ModelRegion, number>();
  const at = (index: number): ModelRegion => {
    const region = regions[index % regions.length];
    if (region === undefined) throw new TypeError('there are no regions');
    return region;
  };
  const darken = (region: ModelRegion, inside: string): void => {
    dark.set(region, (dark.get(region) ?? 0) + 1);
    region.isDark = true;
    replication.isolate(region.name);
    if (inside === 'stands still' && region.compute.running) region.compute.stop();
  };
  const lighten = (region: ModelRegion): void => {
    const left = (dark.get(region) ?? 1) - 1;
    dark.set(region, left);
    if (left > 0) return;
    region.isDark = false;
    replication.rejoin(region.name);
    if (!region.compute.running) region.compute.resume();
  };
  const evacuation = (index: number, graceful: boolean, seconds: number): void => {
    const region = at(index);
    const successor = at(index + 1);
    evacuations.inTurn(async () => {
      if (!(await evacuations.evacuate(region, successor, graceful))) return;
      await time.sleep(seconds * 1_000);
      await evacuations.giveBack(region, successor);
    });
  };
  const happen = (mishap: Mishap): void => {
    const { region, seconds } = mishap;
    switch (mishap.kind) {
      case 'dark':
        darken(at(region), mishap.inside);
        time.in(seconds * 1_000, () => lighten(at(region)));
        if (mishap.evacuatedAfter !== undefined)
          time.in(mishap.evacuatedAfter * 1_000, () => evacuation(region, false, 1));
        break;
      case 'evacuated':
        evacuation(region, mishap.graceful, seconds);
        break;
      case 'provider down':
        world.outage.count += 1;
        time.in(seconds * 1_000, () => {
          world.outage.count -= 1;
        });
        break;
      case 'partition': {
        const [one, other] = [at(region).name, at(region + 1).name];
        replication.cut(one, other);
        time.in(seconds * 1_000, () => replication.mend(one, other));
        break;
      }
    }
  };
  const anyOpen = (): boolean =>
    regions.some(({ name }) =>
      [...world.tables.ordering.of(name).entities.values()].some(({ state }) => isUnfinished(state)),
    );
  clients.begin(wishes);
  for (const mishap of mishaps) time.in(mishap.at * 1_000, () => happen(mishap));
  let ended = await time.run(longestRunSeconds);
  // What an operator does after a partition, and after every return: a client may have been answered by one region while another had its order.
  time.start(async () => {
    for (const region of regions)
      for (const other of regions) if (region !== other) await evacuations.reconcile(region, other);
  });
  if (ended === 'idle') ended = await time.run(longestRunSeconds);
  // Whatever nobody told of is found by the sweeps.
  for (let round = 0; round < 2 && ended === 'idle' && anyOpen(); round += 1) {
    time.in(sweepSeconds * 1_000, () => {
      for (const region of regions) time.start(() => region.sweep());
    });
    ended = await time.run(longestRunSeconds);
  }
  return judge({ world, regions, clients, evacuations, finished: ended === 'idle', wishes, units });
};
