import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of adopt-orders. */
export const adoptOrdersEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
  /** ARN of the order saga's state machine in this region. */
  ORDER_SAGA_ARN: z.string().check(z.startsWith('arn:')),
  /** Name or ARN, alias included, of redrive-case: written into the cases it opens. */
  REDRIVE_FUNCTION: z.string().check(z.minLength(1)),
});
/** What adopt-orders is deployed with: every value is text. */
export type AdoptOrdersEnv = z.input<typeof adoptOrdersEnv>;

/** What an evacuation calls adopt-orders with. */
export const adoptOrdersRequest = z.object({
  /** The evacuated region. */
  region: z.string().check(z.minLength(1)),
  /** Where the last call stopped. @default the beginning */
  cursor: z.optional(z.string().check(z.minLength(1))),
});
/** Whose orders are adopted. */
export type AdoptOrdersRequest = z.infer<typeof adoptOrdersRequest>;

/** What adopt-orders answers: how many orders it came across. */
export interface AdoptedOrders {
  readonly looked: number;
  /** Orders that are this region's since. */
  readonly adopted: number;
  /** Executions that were not started here before. */
  readonly started: number;
  /** Time was over before all orders were seen: call again with it. */
  readonly cursor?: string;
}
