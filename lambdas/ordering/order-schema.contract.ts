import * as z from 'zod/mini';
import { jsonEnv } from '../shared/json-env';
import { schemaUse } from '../shared/schema-use.contract';

/** Number of the newest version of the form in which orders are stored; `orderHistory` has all of them. */
export const newestOrderSchema = 3;

/**
 * What every function of ordering is told of the forms of its entities, whether it touches orders or not: a function that does not say so counts
 * as one that reads the first version only, and holds every change of the form up. Spread it into an environment schema.
 */
export const orderSchemaEnv = {
  /** JSON object from kind to the versions that are read, and the one that is written. */
  ENTITY_SCHEMAS: jsonEnv(
    z.object({ order: schemaUse }),
    'a JSON object such as {"order":{"reads":[2,3],"writes":2}}, with a version to write that is read, too',
  ),
};
