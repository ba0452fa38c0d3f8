/** How far the queues have come, from one look to the next. */
export interface SettlingProgress {
  /** How often every queue has been seen empty since the orders were finished. */
  readonly rounds: number;
  /** Consumers whose queues were seen empty in this round. */
  readonly seen: readonly string[];
}

/** What goes on in this region that began in another one. */
export interface AdoptedWork {
  /** Unfinished orders that were adopted. */
  readonly orders: number;
  /** Messages that are still to be handled, by consumer. */
  readonly waiting: ReadonlyMap<string, number>;
}

/** `settled`: nothing goes on that the region's return would break off. */
export type SettledDecision =
  | { readonly kind: 'settled' }
  | { readonly kind: 'not-yet'; readonly why: string; readonly progress: SettlingProgress };

/** Before the first look. */
export const unsettled: SettlingProgress = { rounds: 0, seen: [] };

/**
 * What the orders' last events say has consequences of its own: each round is one step further from them. A round begins at a later look,
 * so that the relay has published meanwhile what the round before has left behind.
 */
const neededRounds = 3;

/**
 * Whether what was taken over from a region has come to its end here: its orders are finished, and every queue has been empty since. Not all
 * queues at a time: a region that goes on serving its own customers may never have such a moment.
 */
export const decideSettled = (
  { orders, waiting }: AdoptedWork,
  { rounds, seen }: SettlingProgress,
): SettledDecision => {
  if (orders > 0) return { kind: 'not-yet', why: `${orders} adopted orders are unfinished`, progress: unsettled };
  const open = [...waiting].filter(([consumer, messages]) => messages > 0 && !seen.includes(consumer));
  if (open.length > 0) {
    const why = open.map(([consumer, messages]) => `${consumer} has ${messages} messages`).join(', ');
    const empty = [...waiting.keys()].filter((consumer) => !open.some(([other]) => other === consumer));
    return { kind: 'not-yet', why, progress: { rounds, seen: empty } };
  }
  const ended = rounds + 1;
  if (ended >= neededRounds) return { kind: 'settled' };
  const why = `the queues were empty ${ended} times of ${neededRounds}`;
  return { kind: 'not-yet', why, progress: { rounds: ended, seen: [] } };
};
