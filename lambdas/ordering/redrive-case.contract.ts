import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { orderSchemaEnv } from './order-schema.contract';

/** Environment of redrive-case. */
export const redriveCaseEnv = z.object({
  ...awsRegionEnv,
  /** Ordering's own table. */
  ORDERS_TABLE: z.string().check(z.minLength(3)),
  ...orderSchemaEnv,
});
/** What redrive-case is deployed with: every value is text. */
export type RedriveCaseEnv = z.input<typeof redriveCaseEnv>;

/** What an operator's tool calls the function with. */
export const redriveRequest = z.object({
  redriveCase: z.uuid(),
  /** The order saga of this region. Needed where another region has opened the case: it knows only its own. */
  stateMachineArn: z.optional(z.string().check(z.startsWith('arn:'))),
});
/** A request that fits. */
export type RedriveRequest = z.infer<typeof redriveRequest>;
