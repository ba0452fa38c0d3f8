import { setTimeout as sleep } from 'node:timers/promises';
import { DARK_REGION } from './protections';
import { evacuate, giveBack, unfencedAt } from './region-operations';
import { fault, type Scene } from './scene';
import { untilHome } from './wait-for-clients';

/** A region is evacuated though it is well, and let back in. */
export const falseAlarm = async (scene: Scene): Promise<void> => {
  const { run, fencedTimes } = scene;
  const { progress, system, faults } = run;
  progress.phase(`a false alarm: ${DARK_REGION} is evacuated though it is well`);
  await untilHome(scene);
  scene.notes.push(
    `evacuation in agreement: ${await evacuate(system, { region: DARK_REGION, lossDeclared: false }, progress.update)}`,
  );
  faults.happened(fault.falseAlarm);
  const from = Date.now();
  await sleep(4_000);
  await giveBack(system, DARK_REGION, progress.update);
  fencedTimes.push({ from, until: await unfencedAt(run.system, DARK_REGION) });
  await sleep(2_000);
};
