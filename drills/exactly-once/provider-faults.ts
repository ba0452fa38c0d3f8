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
      // Only this wave: faults of single orders stay as they are.
      await provider.addFault({ operation: 'charge', mode, times: 0 });
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

/** Requests of one delivery: the provider's client asks once more after a quick failure. */
const REQUESTS_A_DELIVERY = 2;
/** Deliveries that fail before the provider gives in: two, so that a killed worker cannot use up the fault unnoticed. */
const REFUSED_DELIVERIES = 2;

/**
 * Makes the provider fail whatever the first deliveries of these orders' commands try.
 * @returns answers, when asked, how many of the orders had a delivery fail so
 */
export const refuseFirstDeliveries = async (
  provider: OutsideService,
  orderIds: readonly string[],
): Promise<() => Promise<number>> => {
  const times = REQUESTS_A_DELIVERY * REFUSED_DELIVERIES;
  for (const reference of orderIds) await provider.addFault({ operation: 'charge', reference, mode: 'error', times });
  return async () => {
    const left = await provider.allFaultTimesLeft();
    const hits = orderIds.map((orderId) => times - (left.get(`charge ${orderId}`) ?? times));
    return hits.filter((count) => count >= REQUESTS_A_DELIVERY).length;
  };
};
