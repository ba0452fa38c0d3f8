import { StaleEntityError } from './entity-store.errors';

/**
 * Reads, decides and commits again while somebody else's commit comes in between. Gives up after a few rounds, so that the
 * caller's own retry, which waits, takes over.
 * @throws StaleEntityError still stale after the last attempt
 */
export const untilFresh = async <T>(attempt: () => Promise<T>, attempts = 5): Promise<T> => {
  for (let round = 1; ; round += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StaleEntityError) || round >= attempts) throw error;
    }
  }
};
