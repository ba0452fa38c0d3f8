import { setTimeout as sleep } from 'node:timers/promises';
import { GetEventSourceMappingCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { DeployedSystem, DrilledFunction } from './deployed-system';
import type { Random } from './random';
import { killNow, listProcesses, workersOf } from './worker-processes';

/** What a killer is told. */
export interface WorkerKillerOptions {
  readonly system: DeployedSystem;
  readonly random: Random;
  /** A function that an event source invokes. */
  readonly entry: DrilledFunction;
  /** Called for every kill that interrupted a batch. */
  readonly onKill: () => void;
  /** Longest pause between two kills, in milliseconds. */
  readonly pauseMilliseconds: number;
  /** Kills that count, after which the killer rests. */
  readonly atMost: number;
}

/** Kills with SIGKILL the processes in which a function handles its batches, until it is stopped. */
export interface WorkerKiller {
  /** Stops killing and answers how often a batch was interrupted. */
  stop(): Promise<number>;
}

/**
 * Starts killing. A kill counts when the function's event source then reports a failed batch: a worker that dies between two
 * batches proves nothing.
 * @throws TypeError the system does not run in processes of this machine
 */
export const startWorkerKiller = async (options: WorkerKillerOptions): Promise<WorkerKiller> => {
  const { system, random, entry, onKill, pauseMilliseconds, atMost } = options;
  const { emulatorPid } = system.cloud;
  if (emulatorPid === undefined)
    throw new TypeError('workers can be killed only where the embedded cloud of this machine runs them');
  const functionName = await system.functionName(entry);
  const { EventSourceMappings: mappings = [] } = await system.lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: `${functionName}:live` }),
  );
  const mapping = mappings[0]?.UUID;
  if (mapping === undefined) throw new TypeError(`no event source invokes ${entry}`);
  const lastResult = async (): Promise<string> => {
    const { LastProcessingResult = '' } = await system.lambda.send(new GetEventSourceMappingCommand({ UUID: mapping }));
    return LastProcessingResult;
  };
  const failedSoon = async (): Promise<boolean> => {
    for (let tries = 0; tries < 8; tries += 1) {
      if ((await lastResult()) === 'FAILED') return true;
      await sleep(100);
    }
    return false;
  };
  let stopped = false;
  let kills = 0;
  const loop = async (): Promise<void> => {
    while (!stopped && kills < atMost) {
      await sleep(random.integer(pauseMilliseconds / 10, pauseMilliseconds));
      // After a failure the source pauses; a kill before it has handled another batch could not be told from the last one.
      if ((await lastResult()) === 'FAILED') continue;
      const workers = workersOf(await listProcesses(), functionName, emulatorPid);
      if (workers.map(({ pid }) => killNow(pid)).includes(true) && (await failedSoon())) {
        kills += 1;
        onKill();
      }
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopped = true;
      await running;
      return kills;
    },
  };
};
