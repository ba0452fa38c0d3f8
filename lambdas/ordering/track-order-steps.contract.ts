import * as z from 'zod/mini';
import {
  paymentChargedV1,
  paymentDeclinedV1,
  paymentRefundedV1,
  shipmentBookedV1,
  shipmentDispatchedV1,
  shipmentRecalledV1,
  shipmentRefusedV1,
  stockRefusedV1,
  stockReleasedV1,
  stockReservedV1,
} from '../../contracts/avro/events';
import { consumerEnv } from '../shared/consumer-env';
import type { EventContract } from '../shared/event-contract';
import { awsRegionEnv } from '../shared/read-env';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of track-order-steps. */
export const trackOrderStepsEnv = z.object({
  ...awsRegionEnv,
  ...consumerEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
});
/** What track-order-steps is deployed with: every value is text. */
export type TrackOrderStepsEnv = z.input<typeof trackOrderStepsEnv>;

/** What the event of a step tells: the order, and why when the step was refused. */
export interface StepEvent {
  readonly orderId: string;
  readonly reason?: string;
}

/** An event that says how a step of an order went. */
export interface TrackedStep {
  readonly contract: EventContract<StepEvent>;
  readonly step: string;
  readonly outcome: 'done' | 'refused';
}

/** The events that make up an order's timeline; the function's queue subscribes to exactly these. */
export const trackedSteps: readonly TrackedStep[] = [
  { contract: stockReservedV1, step: 'reserve', outcome: 'done' },
  { contract: stockRefusedV1, step: 'reserve', outcome: 'refused' },
  { contract: stockReleasedV1, step: 'release', outcome: 'done' },
  { contract: paymentChargedV1, step: 'charge', outcome: 'done' },
  { contract: paymentDeclinedV1, step: 'charge', outcome: 'refused' },
  { contract: paymentRefundedV1, step: 'refund', outcome: 'done' },
  { contract: shipmentBookedV1, step: 'ship', outcome: 'done' },
  { contract: shipmentRefusedV1, step: 'ship', outcome: 'refused' },
  { contract: shipmentRecalledV1, step: 'recall', outcome: 'done' },
  { contract: shipmentDispatchedV1, step: 'dispatch', outcome: 'done' },
];
