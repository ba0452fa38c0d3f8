import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { textTable } from '../terminal/text-table';

const listed = z.looseObject({
  entity: z.string(),
  openedAt: z.string(),
  sequence: z.number(),
  waiting: z.number(),
});

/** An entity for which events wait, because one before them is missing. */
export interface WaitingEntity {
  readonly consumer: string;
  readonly entity: string;
  /** RFC 3339, UTC. */
  readonly since: string;
  /** Number of the first event that is missing. */
  readonly missing: number;
  readonly waiting: number;
}

/** Entities of a region with a gap, by consumer, the longest waiting first. */
export const waitingEntities = async (
  place: Place,
  tableName: string,
  consumers: readonly string[],
): Promise<readonly WaitingEntity[]> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(place)));
  const found: WaitingEntity[] = [];
  for (const consumer of consumers) {
    const query = {
      TableName: tableName,
      IndexName: 'cases',
      KeyConditionExpression: 'caseStatus = :gaps',
      ExpressionAttributeValues: { ':gaps': `GAP#${consumer}#${place.region}` },
    };
    for await (const { Items = [] } of paginateQuery({ client }, query)) {
      for (const item of Items) {
        const { entity, openedAt: since, sequence, waiting } = listed.parse(item);
        found.push({ consumer, entity, since, missing: sequence + 1, waiting });
      }
    }
  }
  return found;
};

/** As a table. */
export const waitingTable = (entities: readonly WaitingEntity[]): string => {
  if (entities.length === 0) return 'no entity waits for a missing event';
  const rows = entities.map(({ consumer, entity, missing, waiting, since }) => [
    consumer,
    entity,
    String(missing),
    String(waiting),
    since,
  ]);
  return textTable([['consumer', 'entity', 'missing', 'waiting', 'since'], ...rows]);
};
