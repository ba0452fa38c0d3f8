import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from './deployed-system';
import { killNow, listProcesses, workersOf } from './worker-processes';

/** When, and how often, a function is killed. */
export interface Killing {
  /** Before each look for a process, in milliseconds. */
  readonly pauseMilliseconds: number;
  /** Processes that are killed at most. */
  readonly atMost: number;
  readonly isOver: () => boolean;
  readonly onKill: () => void;
}

/**
 * Kills with SIGKILL the processes of a function that somebody invokes and waits for, one after the other, until that is over.
 * @throws TypeError the system does not run in processes of this machine
 */
export const killFunction = async (
  { emulatorPid }: Pick<Cloud, 'emulatorPid'>,
  functionName: string,
  { pauseMilliseconds, atMost, isOver, onKill }: Killing,
): Promise<void> => {
  if (emulatorPid === undefined) throw new TypeError('expected the embedded cloud of this machine');
  for (let killed = 0; !isOver() && killed < atMost; ) {
    await sleep(pauseMilliseconds);
    const workers = workersOf(await listProcesses(), functionName, emulatorPid);
    const victim = workers[killed % Math.max(1, workers.length)];
    if (victim === undefined || !killNow(victim.pid)) continue;
    killed += 1;
    onKill();
  }
};
