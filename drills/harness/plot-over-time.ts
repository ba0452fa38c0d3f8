import type { LinePlot } from './plot';

const STEP_SECONDS = 5;

/** What is counted over time. */
export interface TimedCounts<Item> {
  readonly title: string;
  /** When an item happened, in milliseconds since the epoch. */
  readonly timeOf: (item: Item) => number;
  /** The line that an item counts in. */
  readonly lineOf: (item: Item) => string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Vertical marks, their times in milliseconds since the epoch. */
  readonly marks: { readonly name: string; readonly at: readonly number[] };
}

/** Requests over time, a line a kind: how many of them in each five seconds, from the start to the last one of any kind. */
export const plotOverTime = <Item>(
  items: readonly Item[],
  { title, timeOf, lineOf, startedAt, marks }: TimedCounts<Item>,
): LinePlot => {
  const secondsOf = (time: number): number => (time - startedAt) / 1000;
  const slotOf = (item: Item): number => Math.floor(secondsOf(timeOf(item)) / STEP_SECONDS);
  const slots = Array.from({ length: Math.max(0, ...items.map(slotOf)) + 1 }, (_, slot) => slot);
  return {
    kind: 'lines',
    title,
    xLabel: 'seconds',
    yLabel: `requests in ${STEP_SECONDS} s`,
    series: [...Map.groupBy(items, lineOf)]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, own]) => {
        const counts = Map.groupBy(own, slotOf);
        return { name, points: slots.map((slot) => [slot * STEP_SECONDS, counts.get(slot)?.length ?? 0] as const) };
      }),
    marks: { name: marks.name, at: marks.at.map(secondsOf) },
  };
};
