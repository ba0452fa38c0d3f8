import { putServerMode } from '../../local/regions/server-mode';
import { frontOf, type Scene } from './scene';
import { untilHome, untilServed } from './wait-for-clients';
import { untilAllHealthy } from './world';

/** A region is too slow, then answers 5xx. */
export const brownOuts = async (scene: Scene): Promise<void> => {
  const { run, world } = scene;
  const front = frontOf(world);
  for (const [what, mode] of [
    ['a region that is too slow', { mode: 'slow', delayMilliseconds: 10_000 }],
    ['a region that answers 5xx', { mode: 'error' }],
  ] as const) {
    run.progress.phase(`brown-out: ${what}`);
    await untilHome(scene);
    const from = Date.now();
    await putServerMode(front, mode);
    await untilServed(scene, what, from);
    await putServerMode(front, { mode: 'light' });
    await untilAllHealthy(world.services, run.progress.update);
  }
};
