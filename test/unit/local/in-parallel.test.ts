import { inParallel } from '../../../local/in-parallel';

describe('in parallel', () => {
  it('keeps to the limit and to the order', async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel([5, 1, 3, 2, 4], 2, async (milliseconds) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      running -= 1;
      return milliseconds * 10;
    });
    expect(results).toEqual([50, 10, 30, 20, 40]);
    expect(most).toBe(2);
  });

  it('begins nothing new after a failure', async () => {
    const begun: number[] = [];
    const work = inParallel([1, 2, 3, 4], 1, async (element) => {
      begun.push(element);
      if (element === 2) throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(begun).toEqual([1, 2]);
  });
});
