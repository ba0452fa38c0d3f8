import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { sagaStepRequest } from '../shared/saga-step.contract';
import { orderSagaData } from './order-saga.contract';

/** Environment of park-case. */
export const parkCaseEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  /** Name or ARN, alias included, of redrive-case: written into the cases it opens. */
  REDRIVE_FUNCTION: z.string().check(z.minLength(1)),
});
export type ParkCaseEnv = z.input<typeof parkCaseEnv>;

/**
 * What the saga says when it has given up on a step for now. `step` names what failed: a compensation (`release`, `refund`,
 * `recall`) or the pivot (`confirm`).
 */
export const parkCaseRequest = z.extend(sagaStepRequest(z.pick(orderSagaData, { orderId: true })), {
  /** Error name of the last try, as Step Functions reports it. */
  error: z.string(),
  /** Cause of the last try: text, often JSON. */
  cause: z.string(),
});
export type ParkCaseRequest = z.infer<typeof parkCaseRequest>;
