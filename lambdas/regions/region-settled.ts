/** How far the queues have come, from one look to the next. */
export interface SettlingProgress {
  /** When this round began: what its queues are to have handled was sent before. RFC 3339, UTC. */
  readonly since: string;
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

/** At the first look, and whenever an order is found unfinished. */
export const unsettled = (now: Date): SettlingProgress => ({ rounds: 0, seen: [], since: now.toISOString() });

/** What the orders' last events say has consequences of its own: each round is one step further from them. */
const neededRounds = 3;

/**
 * Whether what was taken over from a region has come to its end here: its orders are finished, and every queue has been empty since. Not all
 * queues at a time: a region that goes on serving its own customers may never have such a moment.
 * @param countSeconds how late a queue's count may be: a round does not look before what was sent until its beginning is counted
 */
export const decideSettled = (
  { orders, waiting }: AdoptedWork,
  progress: SettlingProgress,
  countSeconds: number,
  now: Date,
): SettledDecision => {
  if (orders > 0) return { kind: 'not-yet', why: `${orders} adopted orders are unfinished`, progress: unsettled(now) };
  const { rounds, seen, since } = progress;
  const counted = new Date(Date.parse(since) + countSeconds * 1_000);
  if (now < counted)
    return { kind: 'not-yet', why: `queues may be uncounted until ${counted.toISOString()}`, progress };
  const open = [...waiting].filter(([consumer, messages]) => messages > 0 && !seen.includes(consumer));
  if (open.length > 0) {
    const why = open.map(([consumer, messages]) => `${consumer} has ${messages} messages`).join(', ');
    const empty = [...waiting.keys()].filter((consumer) => !open.some(([other]) => other === consumer));
    return { kind: 'not-yet', why, progress: { rounds, seen: empty, since } };
  }
  const ended = rounds + 1;
  if (ended >= neededRounds) return { kind: 'settled' };
  const why = `the queues were empty ${ended} times of ${neededRounds}`;
  return { kind: 'not-yet', why, progress: { rounds: ended, seen: [], since: now.toISOString() } };
};
