import type { Clock } from './clock.port';

/** How far a run may go, and who hears of what fails. */
export interface WorkThroughOptions<T> {
  readonly clock: Clock;
  /** When the run began. */
  readonly begun: Date;
  /** From when on nothing further is begun, in seconds after `begun`; the function's timeout leaves the last ones time to end. */
  readonly budgetSeconds: number;
  /** What may be asked of whoever makes the pages. @default as many as there are */
  readonly maximumPages?: number;
  readonly onFailure: (element: T, error: unknown) => void;
}

/** What a run came across. */
export interface WorkedThrough {
  readonly seen: number;
  /** In the order in which they happened. */
  readonly failures: readonly unknown[];
  /** `cut-short`: there were more than the run may look at. */
  readonly extent: 'all' | 'cut-short';
}

const AT_ONCE = 10;

/** Does the same with each element of many pages, ten at once, within a budget. Elements that fail do not stop the others. */
export const workThrough = async <T>(
  pages: AsyncIterable<readonly T[]>,
  work: (element: T) => Promise<void>,
  { clock, begun, budgetSeconds, maximumPages = Number.POSITIVE_INFINITY, onFailure }: WorkThroughOptions<T>,
): Promise<WorkedThrough> => {
  const overdue = () => clock.now().getTime() - begun.getTime() > budgetSeconds * 1000;
  const failures: unknown[] = [];
  let seen = 0;

  const workOn = async (element: T): Promise<void> => {
    seen += 1;
    try {
      await work(element);
    } catch (error) {
      failures.push(error);
      onFailure(element, error);
    }
  };

  const workOnAll = async (): Promise<WorkedThrough['extent']> => {
    let read = 0;
    for await (const page of pages) {
      read += 1;
      if (read > maximumPages) return 'cut-short';
      for (let from = 0; from < page.length; from += AT_ONCE) {
        if (overdue()) return 'cut-short';
        await Promise.all(page.slice(from, from + AT_ONCE).map(workOn));
      }
    }
    return 'all';
  };

  const extent = await workOnAll();
  return { seen, failures, extent };
};
