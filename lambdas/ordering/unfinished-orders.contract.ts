/** Index of ordering's table that lists unfinished orders. */
export const unfinishedIndex = 'cases';

/** The list that an order is on while an execution has to bring it to an end, by the first digit of its id. */
export const unfinishedListOf = (digit: string): string => `UNFINISHED#${digit}`;

/**
 * The lists that unfinished orders are on: one a first digit of the order's id, which is as good as random. One list for all would be one
 * partition of the index, and hold every order of the store to what a single partition can write.
 */
export const unfinishedLists: readonly string[] = Array.from({ length: 16 }, (_, digit) =>
  unfinishedListOf(digit.toString(16)),
);
