import { setTimeout as sleep } from 'node:timers/promises';
import { putServerMode } from '../../local/regions/server-mode';
import { DARK_REGION } from './protections';
import { fault, frontOf, type Scene } from './scene';
import { untilHome } from './wait-for-clients';

const ANSWERS_LOST = 3;

/** A region takes orders, and its answers do not reach the clients. */
export const answersLost = async (scene: Scene): Promise<void> => {
  const { run, world, attempts } = scene;
  run.progress.phase(`${DARK_REGION} takes orders, and its answers are lost`);
  await untilHome(scene);
  const front = frontOf(world);
  await putServerMode(front, { mode: 'unanswered' });
  const from = Date.now();
  const lost = (): number =>
    attempts.filter(
      (one) => one.what === 'place' && one.region === DARK_REGION && one.at >= from && one.outcome === 'failed',
    ).length;
  for (let looked = 0; looked < 100 && lost() < ANSWERS_LOST; looked += 1) {
    run.progress.update(`${lost()} orders were taken and not answered`);
    await sleep(200);
  }
  await putServerMode(front, { mode: 'light' });
  run.faults.happened(fault.swallowed, lost());
  run.faults.happened(fault.answersLost, lost());
};
