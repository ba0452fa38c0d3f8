/** The machine's random numbers in [0, 1): to spread retries, never to decide anything. */
export const systemJitter = (): number => Math.random();
