import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../harness/scan-table';

const keyOf = ({ pk, sk }: Item): string => `${String(pk)} ${String(sk)}`;

/** Keys of the items that two replicas of a table do not both have, or have differently. */
export const divergentKeys = (here: readonly Item[], there: readonly Item[]): string[] => {
  const others = new Map(there.map((item) => [keyOf(item), item]));
  const different = here.filter((item) => !isDeepStrictEqual(item, others.get(keyOf(item)))).map(keyOf);
  const known = new Set(here.map(keyOf));
  return [...different, ...[...others.keys()].filter((key) => !known.has(key))];
};
