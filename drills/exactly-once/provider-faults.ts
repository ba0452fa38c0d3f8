import { setTimeout as sleep } from 'node:timers/promises';
import type { OutsideService } from '../harness/outside-service';

/** One kind of provider fault, and how many requests a wave of it hits. */
export interface FaultWave {
  readonly name: string;
  readonly mode: 'error' | 'timeout-after' | 'slow';
  readonly times: number;
}

const PAUSE_MILLISECONDS = 8000;
const LOOK_MILLISECONDS = 500;
const LOOKS = 6;

/**
 * Upsets the provider in waves, one kind after the other, until it is stopped.
 * @param onHit called with the number of requests that a wave has hit
 */
export const startProviderFaults = (
  provider: OutsideService,
  waves: readonly FaultWave[],
  onHit: (name: string, times: number) => void,
): { readonly stop: () => Promise<void> } => {
  const stopping = new AbortController();
  const goesOn = (): boolean => !stopping.signal.aborted;
  const loop = async (): Promise<void> => {
    for (let round = 0; goesOn(); round += 1) {
      const wave = waves[round % waves.length];
      if (!wave) return;
      const { name, mode, times } = wave;
      await provider.addFault({ operation: 'charge', mode, times });
      let left = times;
      for (let look = 0; look < LOOKS && left > 0 && goesOn(); look += 1) {
        await sleep(LOOK_MILLISECONDS);
        left = await provider.faultTimesLeft({ operation: 'charge' });
      }
      await provider.clearFaults();
      onHit(name, times - left);
      await sleep(PAUSE_MILLISECONDS);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};
