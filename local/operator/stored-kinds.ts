import { newestOrderSchema } from '../../lambdas/ordering/order-schema.contract';

/** A kind of entities whose stored form has changed. */
export interface StoredKind {
  /** First part of the entities' keys. */
  readonly kind: string;
  readonly context: string;
  /** Number of the newest version of the form; the one before it is the old one. */
  readonly newest: number;
  /** The stack whose functions store it. */
  readonly stack: string;
  /** Key of a function's environment that names the table: whoever has it may read and write the kind. */
  readonly tableKey: string;
  /** The stack's output that names the function which counts and rewrites entities. */
  readonly backfillOutput: string;
}

/** Orders: version 2 has a field of its own for the house number of an address. */
export const storedOrders: StoredKind = {
  kind: 'order',
  context: 'ordering',
  newest: newestOrderSchema,
  stack: 'OrderingService',
  tableKey: 'ORDERS_TABLE',
  backfillOutput: 'BackfillOrdersFunction',
};

/** All of them. */
export const storedKinds: readonly StoredKind[] = [storedOrders];
