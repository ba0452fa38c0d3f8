/** Does the same with each element, some at once; the next begins when one ends. Rejects with the first failure, when all that began have ended. */
export const atOnce = async <T>(
  elements: readonly T[],
  most: number,
  work: (element: T) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next; at < elements.length; at = next) {
      next += 1;
      await work(elements[at] as T);
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(most, elements.length) }, lane));
  const failed = lanes.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
};
