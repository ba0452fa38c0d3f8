import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of undo-failed-orders. */
export const undoFailedOrdersEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
  /** ARN of the order saga's state machine in this region. */
  ORDER_SAGA_ARN: z.string().check(z.startsWith('arn:')),
});
/** What undo-failed-orders is deployed with: every value is text. */
export type UndoFailedOrdersEnv = z.input<typeof undoFailedOrdersEnv>;

/** What an evacuation and a return call undo-failed-orders with. */
export const undoFailedOrdersRequest = z.object({
  /** The evacuated region. */
  region: z.string().check(z.minLength(1)),
  /** From when on it may have worked on orders that others did not hear of. RFC 3339, UTC. */
  since: z.iso.datetime(),
  /** Whether what is undone has to have come to its end, and orders that may still fail, too. @default false */
  wait: z.optional(z.boolean()),
  /** Where the last call stopped. @default the beginning */
  cursor: z.optional(z.string().check(z.minLength(1))),
});
/** Which region's work is looked through. */
export type UndoFailedOrdersRequest = z.infer<typeof undoFailedOrdersRequest>;

/** What undo-failed-orders answers. */
export interface UndoneOrders {
  /** Orders that the region has worked on. */
  readonly looked: number;
  /** Executions that were started to undo one. */
  readonly undone: number;
  /** There is more to do: call again with it. */
  readonly cursor?: string;
}
