import * as z from 'zod/mini';
import { awsRegionEnv } from './read-env';

/** Environment of the relay of one context's table. */
export const relayOutboxEnv = z.object({
  ...awsRegionEnv,
  /** The context whose outbox it is, for example `ordering`. */
  CONTEXT: z.string().check(z.regex(/^[a-z]+$/)),
  TABLE_NAME: z.string().check(z.minLength(3)),
  TOPIC_ARN: z.string().check(z.regex(/^arn:[^:]+:sns:[^:]+:[^:]*:.+\.fifo$/)),
});

/** What a schedule calls the relay with: write a heartbeat, an item whose way through the stream shows that the relay is called. */
export const heartbeatRequest = { heartbeat: true } as const;

/** Of what kind the item of a heartbeat is. */
export const heartbeatItemType = 'HEARTBEAT';

/** What a deployment sets. */
export type RelayOutboxEnv = z.input<typeof relayOutboxEnv>;
