import * as z from 'zod/mini';
import { orderedConsumerEnv } from '../shared/ordered-consumer-env';
import { awsRegionEnv } from '../shared/read-env';

/** Environment of record-timeline. */
export const recordTimelineEnv = z.object({
  ...awsRegionEnv,
  ...orderedConsumerEnv,
  /** Activity's own table. */
  ACTIVITY_TABLE: z.string().check(z.minLength(3)),
});
/** What record-timeline is deployed with: every value is text. */
export type RecordTimelineEnv = z.input<typeof recordTimelineEnv>;
