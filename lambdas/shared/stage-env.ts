import * as z from 'zod/mini';
import { jsonEnv } from './json-env';

/** The tables of all contexts, for functions that guard whole regions. Spread it into an environment schema. */
export const contextTablesEnv = {
  /** JSON object from context to the name of its table, which is the same in every region. */
  CONTEXT_TABLES: jsonEnv(
    z.record(z.string().check(z.regex(/^[a-z]+$/)), z.string().check(z.minLength(3))),
    'a JSON object such as {"ordering":"tenfold-prod-ordering"}',
  ),
};

/** The queues of all consumers, for functions that look whether they are empty. Spread it into an environment schema. */
export const consumerQueuesEnv = {
  /** JSON object from consumer to the URL of its queue. */
  CONSUMER_QUEUES: jsonEnv(
    z.record(z.string().check(z.minLength(1)), z.string().check(z.startsWith('http'))),
    'a JSON object such as {"shipping.dispatch":"https://sqs…"}',
  ),
};

/** The regions of the stage. Spread it into an environment schema. */
export const stageRegionsEnv = {
  /** JSON list of all regions of the stage, the function's own among them. */
  STAGE_REGIONS: jsonEnv(
    z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
    'a JSON list such as ["sa-east-1","us-east-1"]',
  ),
};
