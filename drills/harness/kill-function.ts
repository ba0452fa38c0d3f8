import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from './deployed-system';
import { killNow, listProcesses, workersOf } from './worker-processes';

/** When, and how often, a function is killed. */
export interface Killing {
  /** Before each look for processes, in milliseconds. */
  readonly pauseMilliseconds: number;
  /** How often, at most. */
  readonly atMost: number;
  readonly isOver: () => boolean;
  readonly onKill: () => void;
}

/**
 * Kills with SIGKILL all processes of a function that somebody invokes and waits for, again and again, until that is over. All, for some of them are of
 * a version that nobody invokes any more.
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
    if (!workers.map(({ pid }) => killNow(pid)).includes(true)) continue;
    killed += 1;
    onKill();
  }
};
