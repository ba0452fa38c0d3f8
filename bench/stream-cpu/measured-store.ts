import { DynamoDbOrderedStore } from '../../lambdas/shared/dynamodb-ordered-store.adapter';
import { InMemoryOrderedStore } from '../../lambdas/shared/in-memory-ordered-store.adapter';
import type { OrderedStore } from '../../lambdas/shared/ordered-store.port';
import { TableInProcess } from './table-in-process';

/** Where a consumer writes: `memory` costs next to nothing, `table` what a table's client costs. */
export type StoreKind = 'memory' | 'table';

/** A store, and what was written to it. */
export interface MeasuredStore {
  readonly store: OrderedStore;
  /** Items beside positions, as texts. */
  readonly written: () => readonly string[];
}

/** A new store. */
export const measuredStore = (kind: StoreKind): MeasuredStore => {
  if (kind === 'memory') {
    const store = new InMemoryOrderedStore();
    const written = () => [...store.items].map(([key, { attributes }]) => `${key} ${JSON.stringify(attributes)}`);
    return { store, written };
  }
  const table = new TableInProcess();
  const clock = { now: () => new Date(1_795_420_802_000) };
  const place = { tableName: 'bench', consumer: 'bench', region: 'sa-east-1', clock };
  return { store: new DynamoDbOrderedStore(table.documents, place), written: () => table.written() };
};
