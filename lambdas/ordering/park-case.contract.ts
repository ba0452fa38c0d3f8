import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import type { SagaStepRequest } from '../shared/saga-step.contract';
import { orderSagaData } from './order-saga.contract';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of park-case. */
export const parkCaseEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
  /** Name or ARN, alias included, of redrive-case: written into the cases it opens. */
  REDRIVE_FUNCTION: z.string().check(z.minLength(1)),
});
/** What park-case is deployed with: every value is text. */
export type ParkCaseEnv = z.input<typeof parkCaseEnv>;

/**
 * What the saga says when it has given up on a step for now; `data` of a step's request.
 * Personal data of the saga's payload is dropped at the door: a case holds none.
 */
export const stepGivenUp = z.object({
  orderId: orderSagaData.shape.orderId,
  /** What failed: a compensation (`release`, `refund`, `recall`) or the pivot (`confirm`). */
  failedStep: z.string().check(z.minLength(1)),
  /** Error name of the last try, as Step Functions reports it. */
  error: z.string(),
  /** Cause of the last try: text, often JSON. */
  cause: z.string(),
  /** The state machine to redrive with. Not from the environment: the machine calls this function, so it does not exist before it. */
  stateMachineArn: z.string().check(z.startsWith('arn:')),
});
/** What park-case is called with. */
export type ParkCaseRequest = SagaStepRequest<z.infer<typeof stepGivenUp>>;
