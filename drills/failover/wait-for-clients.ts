import { setTimeout as sleep } from 'node:timers/promises';
import { isEnd } from '../saga/wait-for-ends';
import { countRecovery, recoverySeconds } from './count-failover';
import { CLIENTS_A_PLACE, hitContinents, RECOVERY_SECONDS, stubborn } from './places';
import { DARK_REGION } from './protections';
import { failuresSince, fault, ordersIn, type Scene } from './scene';

/** Waits until clients of the region have orders under way in it, so that what goes wrong hits them in the middle; answers their ids. */
export const untilBusy = async ({ run, load }: Scene): Promise<readonly string[]> => {
  for (let looked = 0; ; looked += 1) {
    const from = Date.now();
    const busy = (await ordersIn(run, DARK_REGION)).filter(
      ({ homeRegion, state }) => homeRegion === DARK_REGION && !isEnd(state.status),
    );
    // One of them has only begun: the others may have come to their ends by the time that the fault is there.
    const isNew = busy.some(({ state }) => Date.parse(state.placedAt) > from - 500);
    if ((busy.length >= 2 && isNew && load.inFlight() > 0) || looked === 200)
      return busy.map(({ state }) => state.orderId);
    await sleep(50);
  }
};

/** Waits until clients of the continents that it is near to are served by the region, so that its loss is theirs. */
export const untilHome = async ({ run, attempts }: Scene): Promise<void> => {
  const from = Date.now();
  // All clients of the continent: one that still knows the other region's address would be hit by nothing.
  const isHome = (continent: string): boolean => {
    const latest = attempts.filter((one) => one.continent === continent && one.at >= from).slice(-3);
    return latest.length === 3 && latest.every(({ region }) => region === DARK_REGION);
  };
  for (let looked = 0; looked < 150; looked += 1) {
    if (hitContinents.every(isHome)) return;
    run.progress.update(`waiting until clients go to ${DARK_REGION} again`);
    await sleep(300);
  }
};

/** Waits until every client that was hit has been answered again, and notes how long that took. */
export const untilServed = async (scene: Scene, what: string, from: number): Promise<void> => {
  const { run, attempts, recoveries } = scene;
  const deadline = from + (RECOVERY_SECONDS + 30) * 1000;
  const isServed = (continent: string): boolean => {
    const own = attempts.filter((attempt) => attempt.continent === continent && attempt.at >= from);
    const failed = own.findLastIndex(({ outcome }) => outcome === 'failed');
    const since = own.slice(failed + 1).filter(({ region }) => region !== DARK_REGION);
    return failed >= 0 && since.length >= CLIENTS_A_PLACE;
  };
  while (!hitContinents.every(isServed) && Date.now() < deadline) {
    run.progress.update(`${failuresSince(attempts, from).length} requests failed`);
    await sleep(300);
  }
  recoveries.push(
    countRecovery(
      what,
      recoverySeconds(
        attempts.filter(({ continent }) => continent !== stubborn.continent),
        from,
        Date.now(),
      ),
      RECOVERY_SECONDS,
    ),
  );
  run.faults.happened(fault.swallowed, failuresSince(attempts, from).length);
};
