import { setTimeout as sleep } from 'node:timers/promises';

/** What a test waits for did not come. */
export class NeverHappenedError extends Error {
  override readonly name = 'NeverHappenedError';
}

const POLL_MILLISECONDS = 100;

/**
 * Asks until the answer is as wanted, and answers it. The limit is generous: it is reached only by a system that hangs.
 * @throws NeverHappenedError with the last answer
 */
export const eventually = async <T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  limitMilliseconds = 90_000,
): Promise<T> => {
  const deadline = Date.now() + limitMilliseconds;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > deadline)
      throw new NeverHappenedError(`not within ${limitMilliseconds} ms; the last answer was ${JSON.stringify(answer)}`);
    await sleep(POLL_MILLISECONDS);
  }
};
