import { dynamoDb } from '../shared/dynamodb-client';
import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { DynamoDbPoolMoves } from './dynamodb-pool-moves.adapter';
import {
  type ReconcileReservationsAnswer,
  reconcileReservationsEnv,
  reconcileReservationsRequest,
} from './reconcile-reservations.contract';
import { reconcileReservations } from './reconcile-reservations.use-case';

const { INVENTORY_TABLE: tableName, AWS_REGION: region } = readEnv(reconcileReservationsEnv);
const moves = new DynamoDbPoolMoves(dynamoDb(), { tableName, region, clock });
// Less than half of its time-out: what is under way at the end of it has to come to an end, too.
const reconcile = reconcileReservations({ moves, region, clock, budgetMilliseconds: 20_000 });

export const handler = async (event: unknown): Promise<ReconcileReservationsAnswer> => {
  const request = reconcileReservationsRequest.parse(event);
  const answer = await reconcile(request);
  logger().info('reservations reconciled', { ...request, ...answer });
  return answer;
};
