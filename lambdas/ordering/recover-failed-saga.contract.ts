import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of recover-failed-saga. */
export const recoverFailedSagaEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
  /** ARN of the order saga's state machine. */
  ORDER_SAGA_ARN: z.string().check(z.startsWith('arn:')),
  /** Name or ARN, alias included, of redrive-case: written into the cases it opens. */
  REDRIVE_FUNCTION: z.string().check(z.minLength(1)),
});
/** What recover-failed-saga is deployed with: every value is text. */
export type RecoverFailedSagaEnv = z.input<typeof recoverFailedSagaEnv>;

/** How an execution ends that has no end of its own. */
export const failedStatuses = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

/** What EventBridge tells of an execution that failed. */
export const failedExecution = z.object({
  executionArn: z.string(),
  stateMachineArn: z.string(),
  name: z.string(),
  status: z.enum(failedStatuses),
  error: z.nullish(z.string()),
  cause: z.nullish(z.string()),
});
/** One failed execution. */
export type FailedExecution = z.infer<typeof failedExecution>;

/** The EventBridge event "Step Functions Execution Status Change" (https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html). */
export const executionStatusChange = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: failedExecution,
});

/** The event of a rule with a schedule (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html): time to sweep. */
export const scheduledSweep = z.object({ 'detail-type': z.literal('Scheduled Event') });

/** What recover-failed-saga is called with. */
export const recoveryRequest = z.discriminatedUnion('detail-type', [executionStatusChange, scheduledSweep]);

/** Pattern of the rule that calls recover-failed-saga, without the state machine it has to be narrowed to. */
export const failedExecutionPattern = {
  source: ['aws.states'],
  detailType: ['Step Functions Execution Status Change'],
  status: [...failedStatuses],
};
