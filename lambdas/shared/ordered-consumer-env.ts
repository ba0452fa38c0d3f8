import * as z from 'zod/mini';
import { wholeNumber } from './consumer-env';
import { stageRegionsEnv } from './stage-env';

/** What every consumer of an ordered stream is told. Spread it into an environment schema. */
export const orderedConsumerEnv = {
  ...stageRegionsEnv,
  /** Name of the consumer, for example `activity.timeline`: part of the keys of what it writes, so it never changes. */
  CONSUMER: z.string().check(z.minLength(1)),
  /** The stream, to read it again; absent for a topic of Kafka, which is read by its mapping alone. */
  STREAM_ARN: z.optional(z.string().check(z.regex(/^arn:[^:]+:kinesis:[^:]+:[^:]*:stream\/.+$/))),
  /** How long a missing event may still arrive by itself before it is looked for in the log. */
  GAP_PATIENCE_SECONDS: wholeNumber,
};
