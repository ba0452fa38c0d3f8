import type { ItemPair, ReplicaItem } from '../../../lambdas/regions/replica-difference';
import type { ItemKey, ReplicaPage, ReplicaPair } from '../../../lambdas/regions/replica-pair.port';
import type { LeftBy } from '../../../lambdas/shared/left-rows.port';

const nameOf = ({ pk, sk }: ItemKey) => `${pk} ${sk}`;
const asMap = (items: readonly ReplicaItem[]) => new Map(items.map((item) => [nameOf(item), item]));

const pageOf = (items: readonly ReplicaItem[], from: ItemKey | undefined): ReplicaPage => {
  const begin = from === undefined ? 0 : items.findIndex((item) => nameOf(item) === nameOf(from)) + 1;
  const last = items[begin + 1];
  return { items: items.slice(begin, begin + 2), ...(last && begin + 2 < items.length && { next: last }) };
};

/** Two replicas, two items a page; what is written here is replicated unless replication is cut. */
export class InMemoryReplicaPair implements ReplicaPair {
  readonly local: Map<string, ReplicaItem>;
  readonly remote: Map<string, ReplicaItem>;
  isCut = false;

  constructor(own: readonly ReplicaItem[], other: readonly ReplicaItem[]) {
    this.local = asMap(own);
    this.remote = asMap(other);
  }

  async page(from: ItemKey | undefined): Promise<ReplicaPage> {
    return pageOf([...this.local.values()], from);
  }

  async writtenThere({ region, since }: LeftBy, from: ItemKey | undefined): Promise<ReplicaPage> {
    const isMeant = ({ homeRegion, originRegion, updatedAt, committedAt }: ReplicaItem) =>
      (homeRegion ?? originRegion) === region && String(updatedAt ?? committedAt) >= since;
    return pageOf([...this.remote.values()].filter(isMeant), from);
  }

  async pairsOf(keys: readonly ItemKey[]): Promise<readonly ItemPair[]> {
    return keys.map((key) => ({ here: this.local.get(nameOf(key)), there: this.remote.get(nameOf(key)) }));
  }

  async write(item: ReplicaItem, known: ReplicaItem | undefined): Promise<boolean> {
    const now = this.local.get(nameOf(item));
    if (now?.['version'] !== known?.['version'] || now?.['expiresAt'] !== known?.['expiresAt']) return false;
    for (const replica of this.isCut ? [this.local] : [this.local, this.remote]) replica.set(nameOf(item), item);
    return true;
  }
}
