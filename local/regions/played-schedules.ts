import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientConfig } from '../deployment/aws-clients';
import type { EmulatorControl } from '../emulator/emulator-control';

/** A function that a schedule invokes. */
export interface PlayedSchedule {
  readonly region: string;
  /** Name or ARN; an alias may be named behind it. */
  readonly functionName: string;
  /** Between two invocations on AWS. */
  readonly everySeconds: number;
  /** What the function is given. */
  readonly input: object;
}

/** Schedules being played. */
export interface PlayedSchedules {
  close(): Promise<void>;
}

/** How schedules are played. */
export interface PlayOptions {
  readonly endpoint: string;
  readonly control: EmulatorControl;
  /** How often a function is invoked in the time between two invocations on AWS. */
  readonly factor: number;
  /** Is told when invocations begin to fail and when they succeed again; never twice of the same. */
  readonly note: (line: string) => void;
}

const LIMIT_MILLISECONDS = 10_000;

/**
 * Invokes the functions of schedules faster than their rate, each region's for as long as it is not dark: emulators fire
 * schedules at their real rate or not at all, and nobody waits a minute for a lease.
 */
export const playSchedules = (
  schedules: readonly PlayedSchedule[],
  { endpoint, control, factor, note }: PlayOptions,
): PlayedSchedules => {
  const end = new AbortController();
  const isOver = (): boolean => end.signal.aborted;
  const play = async ({ region, functionName, everySeconds, input }: PlayedSchedule): Promise<void> => {
    const lambda = new LambdaClient({ ...clientConfig({ endpoint, region }), maxAttempts: 1 });
    const invoke = async (): Promise<string | undefined> => {
      const { regions } = await control.status();
      const { mode = 'light' } = regions[region] ?? {};
      if (mode === 'refused' || mode === 'blackhole') return undefined;
      const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(input) });
      const abortSignal = AbortSignal.any([end.signal, AbortSignal.timeout(LIMIT_MILLISECONDS)]);
      const { FunctionError, Payload } = await lambda.send(command, { abortSignal });
      return FunctionError === undefined ? undefined : Buffer.from(Payload ?? []).toString();
    };
    let failure: string | undefined;
    while (!isOver()) {
      const outcome = await invoke().catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      if (end.signal.aborted) break;
      if (outcome !== failure && (outcome === undefined) !== (failure === undefined))
        note(`${functionName} in ${region} ${outcome === undefined ? 'succeeds again' : `fails: ${outcome}`}`);
      failure = outcome;
      await sleep((everySeconds * 1000) / factor, undefined, { signal: end.signal }).catch(() => undefined);
    }
    lambda.destroy();
  };
  const playing = schedules.map(play);
  return {
    close: async () => {
      end.abort();
      await Promise.all(playing);
    },
  };
};
