/**
 * Applies `work` to every element, at most `limit` at a time, and answers the results in the order of the list.
 * The first failure rejects, and no further element is begun.
 */
export const inParallel = async <T, R>(
  list: readonly T[],
  limit: number,
  work: (element: T, index: number) => Promise<R>,
): Promise<R[]> => {
  const results = new Array<R>(list.length);
  const pending = list.entries();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const [index, element] of pending) {
      if (failed) return;
      try {
        results[index] = await work(element, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, list.length) }, lane));
  return results;
};
