import type { Asking } from './lease-keeper';

/** What a naive design would do instead. Absent: as Tenfold does. */
export interface Variant {
  /** Writes are not checked against lease and fence. */
  readonly noFenceCheck?: boolean;
  /** The relay publishes what replication brings, too. */
  readonly noOriginFilter?: boolean;
  /** Events, charges and parcels get an id of their own at each try, as do orders. */
  readonly randomIds?: boolean;
  /** A takeover by force does not wait for the end of the lease. */
  readonly noLeaseWait?: boolean;
  /** Whom lease keepers ask. @default 'every peer' */
  readonly asking?: Asking;
}
