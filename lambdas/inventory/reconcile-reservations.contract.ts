import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of reconcile-reservations. */
export const reconcileReservationsEnv = z.object({
  ...awsRegionEnv,
  /** Inventory's own table. */
  INVENTORY_TABLE: z.string().check(z.minLength(3)),
});
/** What reconcile-reservations is deployed with: every value is text. */
export type ReconcileReservationsEnv = z.input<typeof reconcileReservationsEnv>;

/** Asks a region that returns to look through what it did since it was heard of last. */
export const reconcileReservationsRequest = z.object({
  /** RFC 3339, UTC. */
  since: z.iso.datetime(),
  /** Where an earlier answer left off. */
  cursor: z.optional(z.string().check(z.minLength(1))),
});
/** A request that fits. */
export type ReconcileReservationsRequest = z.infer<typeof reconcileReservationsRequest>;

/** What was done. With a cursor there is more to do: ask again with it. */
export interface ReconcileReservationsAnswer {
  /** Reservations that were looked at. */
  readonly looked: number;
  /** Moves that were taken back now. */
  readonly returned: number;
  readonly cursor?: string;
}

/** Whose markers tell that a move was taken back. */
export const reconciler = 'inventory.reconcile-reservations';
