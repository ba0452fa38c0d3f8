import { orderedConsumer } from '../shared/ordered-consumer';
import { readEnv } from '../shared/read-env';
import { activityConsumer } from './activity-consumer.adapter';
import { activityCounters } from './activity-counters';
import { countActivityEnv } from './count-activity.contract';

export const handler = orderedConsumer({
  ...activityConsumer(readEnv(countActivityEnv)),
  accepts: activityCounters,
  ignores: [],
});
