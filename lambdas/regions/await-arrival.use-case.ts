import type { ArrivalAnswer, ArrivalRequest } from './await-arrival.contract';
import { UnknownContextError } from './regions.errors';
import { hasArrived } from './replica-difference';
import type { ItemKey, ReplicaPair } from './replica-pair.port';

/** What await-arrival works with. */
export interface AwaitArrivalDeps {
  /** One context's table here and in a region; `undefined` when the stage has no such context or region. */
  readonly pairOf: (context: string, region: string) => ReplicaPair | undefined;
}

/** Keys that an answer names at most: it is read by people, and kept in an execution's history. */
const MAX_KEYS = 20;

/**
 * Tells what of a region's last writes has not come here yet, by the region's own replica: replication brings each item by itself, so that
 * the region's acknowledgement may be here before what it wrote earlier.
 * @throws UnknownContextError
 */
export const awaitArrival =
  ({ pairOf }: AwaitArrivalDeps) =>
  async ({ region, context, since, cursor }: ArrivalRequest, hasTime: () => boolean): Promise<ArrivalAnswer> => {
    const pair = pairOf(context, region);
    if (pair === undefined) throw new UnknownContextError(context, region);
    const missing: string[] = [];
    let looked = 0;
    let next: ItemKey | undefined = cursor;
    do {
      const page = await pair.writtenThere({ region, since }, next);
      looked += page.items.length;
      const pairs = await pair.pairsOf(page.items);
      for (const one of pairs) if (!hasArrived(one)) missing.push(`${one.there?.pk} ${one.there?.sk}`);
      next = page.next;
    } while (next !== undefined && hasTime());
    return {
      ...{ looked, missing: missing.length, keys: missing.slice(0, MAX_KEYS) },
      ...(next !== undefined && { cursor: { pk: next.pk, sk: next.sk } }),
    };
  };
