import { setTimeout } from 'node:timers/promises';
import { type BackfillProgress, type CountedForms, formsRequest } from '../shared/backfill-entities.contract';
import { backfillEntities } from '../shared/backfill-entities.use-case';
import { countForms } from '../shared/count-forms.use-case';
import { deployedSubjectKeys } from '../shared/deployed-subject-keys.adapter';
import { DynamoDbBackfillCheckpoints } from '../shared/dynamodb-backfill-checkpoints.adapter';
import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbEntityForms } from '../shared/dynamodb-entity-forms.adapter';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { systemNonces } from '../shared/system-nonces.adapter';
import { backfillOrdersEnv } from './backfill-orders.contract';
import { orderingGate, orderSchemaOf } from './dynamodb-order-stores.adapter';
import { sealForGood } from './seal-for-good.use-case';

const env = readEnv(backfillOrdersEnv);
const [place, region] = [{ tableName: env.ORDERS_TABLE, kind: 'order' }, env.AWS_REGION];
const forms = new DynamoDbEntityForms(dynamoDb(), place);
const schema = orderSchemaOf(env);
const backfill = backfillEntities({
  ...{ kind: place.kind, region, forms, schema, clock, wait: (milliseconds) => setTimeout(milliseconds) },
  checkpoints: new DynamoDbBackfillCheckpoints(dynamoDb(), { ...place, region }),
  gate: orderingGate(dynamoDb(), env),
  log: logger(),
  complete: sealForGood({ keys: deployedSubjectKeys(env), region, nonces: systemNonces }),
});
// Half of its time-out: the page that is read at the end of it has to come to its end, too.
const count = countForms({ forms, newest: schema.newest, clock, budgetMilliseconds: 30_000 });

export const handler = async (event: unknown): Promise<BackfillProgress | CountedForms> => {
  const request = formsRequest.parse(event);
  const answer = await (request.kind === 'count' ? count(request.cursor) : backfill(request));
  logger().info('stored forms of orders', { request, answer });
  return answer;
};
