import { orderedConsumer } from '../shared/ordered-consumer';
import { readEnv } from '../shared/read-env';
import { activityConsumer } from './activity-consumer.adapter';
import { customerTimeline } from './customer-timeline';
import { recordTimelineEnv } from './record-timeline.contract';

export const handler = orderedConsumer({
  ...activityConsumer(readEnv(recordTimelineEnv)),
  accepts: customerTimeline,
  ignores: [],
});
