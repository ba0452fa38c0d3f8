import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../harness/scan-table';

const keyOf = ({ pk, sk }: Item): string => `${String(pk)} ${String(sk)}`;

/** Written again and again, by a schedule: there is no moment at which they have settled. */
const restless = new Set<unknown>(['LEASE', 'HEARTBEAT']);
const settles = ({ sk }: Item): boolean => !restless.has(sk);

/** Keys of the items that two replicas of a table do not both have, or have differently. */
export const divergentKeys = (first: readonly Item[], second: readonly Item[]): string[] => {
  const [here, there] = [first.filter(settles), second.filter(settles)];
  const others = new Map(there.map((item) => [keyOf(item), item]));
  const different = here.filter((item) => !isDeepStrictEqual(item, others.get(keyOf(item)))).map(keyOf);
  const known = new Set(here.map(keyOf));
  return [...different, ...[...others.keys()].filter((key) => !known.has(key))];
};
