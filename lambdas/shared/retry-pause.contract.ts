/** Longest pause between two tries of a message, in seconds. */
const MAX_PAUSE_SECONDS = 900;

/** Pause after a failing try of a message that was handed out so often, in seconds: 1, 2, 4 … */
export const pauseSeconds = (receiveCount: number): number => Math.min(2 ** (receiveCount - 1), MAX_PAUSE_SECONDS);

/** How many tries begin within a time, the first one at once and the others after their pauses; at least one. */
export const triesWithin = (seconds: number): number => {
  let tries = 1;
  for (let begun = pauseSeconds(1); begun < seconds; begun += pauseSeconds(tries)) tries += 1;
  return tries;
};
