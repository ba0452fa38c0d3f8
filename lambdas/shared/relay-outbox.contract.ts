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

const text = z.string().check(z.minLength(1));

/** What an evacuation calls the relay of the successor with: publish what another region has left in its outbox. */
export const takeOverRequest = z.object({
  takeOver: z.object({
    /** The evacuated region. */
    region: text,
    /** RFC 3339: rows that were committed before were published by their region, or parked. */
    since: text,
    /** Where the last call stopped. @default the beginning */
    cursor: z.optional(text),
  }),
});
/** What an evacuation asks of the relay. */
export type TakeOverRequest = z.infer<typeof takeOverRequest>;

/** What the relay answers: how many rows it came across. */
export interface TakenOver {
  readonly looked: number;
  readonly published: number;
  /** The topic will never take them as they are: an operator redrives their cases here. */
  readonly parked: number;
  /** Overruled by an adoption. */
  readonly skipped: number;
  /** Time was over before all rows were seen: call again with it. */
  readonly cursor?: string;
}

/** What a deployment sets. */
export type RelayOutboxEnv = z.input<typeof relayOutboxEnv>;
