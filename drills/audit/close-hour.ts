import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetCommand, paginateQuery, type QueryCommandInput, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { openChain, shardPosition } from '../../lambdas/audit/shard-chains.contract';
import type { DeployedSystem } from '../harness/deployed-system';
import { LIVE } from '../harness/live-alias';
import type { Item } from '../harness/scan-table';

const HOUR_MILLISECONDS = 3_600_000;
const TRIES = 20;
const PAUSE_MILLISECONDS = 250;

const cursorItem = z.object({ pk: z.string(), sk: z.string(), shardId: z.string() });

/** A shard's position did not stand still long enough to be moved. */
export class RestlessShardError extends Error {
  override readonly name = 'RestlessShardError';
}

/** The hour behind one, each such as `2026-11-26T20`. */
export const hourBehind = (hour: string): string =>
  new Date(Date.parse(`${hour}:00:00Z`) + HOUR_MILLISECONDS).toISOString().slice(0, 13);

const listed = async (system: DeployedSystem, kind: 'CURSOR' | 'CLOSED'): Promise<Item[]> => {
  const { documents, cloud } = system;
  const query: QueryCommandInput = {
    TableName: system.tableName('audit'),
    IndexName: 'cases',
    KeyConditionExpression: 'caseStatus = :listing',
    ExpressionAttributeValues: { ':listing': `AUDIT-${kind}#${cloud.region}` },
  };
  const items: Item[] = [];
  for await (const { Items = [] } of paginateQuery({ client: documents }, query)) items.push(...Items);
  return items;
};

/** Moves one shard to an hour, as a record does that arrives in it: what is open of earlier hours is closed. False: the shard has moved meanwhile. */
const moved = async (system: DeployedSystem, item: Item, hour: string): Promise<boolean> => {
  const TableName = system.tableName('audit');
  const { pk, sk, shardId } = cursorItem.parse(item);
  const position = shardPosition.parse(item['position']);
  const chains = position.open.map((chain) => openChain.parse(chain));
  const TransactItems = [
    {
      Put: {
        TableName,
        Item: { ...item, pk, sk, position: { ...position, hour, open: [] }, openedAt: hour },
        ConditionExpression: 'sequenceNumber = :from AND openedAt = :hour',
        ExpressionAttributeValues: { ':from': position.sequenceNumber ?? '', ':hour': position.hour },
      },
    },
    ...chains.map((chain) => ({
      Put: {
        TableName,
        Item: {
          pk,
          sk: `CHAIN#${chain.hour}#${chain.class}`,
          ...{ shardId, chain, caseStatus: `AUDIT-CLOSED#${system.cloud.region}`, openedAt: chain.hour },
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    })),
  ];
  try {
    await system.documents.send(new TransactWriteCommand({ TransactItems }));
    return true;
  } catch (error) {
    if (error instanceof TransactionCanceledException) return false;
    throw error;
  }
};

/**
 * Lets every shard come to an hour that no record has come to yet, so that the chains before it can be sealed: what the clock does once an hour.
 * Records that arrive until then belong to the new hour.
 * @returns the new hour
 * @throws RestlessShardError
 */
export const closeHour = async (system: DeployedSystem, now: number): Promise<string> => {
  const cursors = await listed(system, 'CURSOR');
  const current = new Date(now).toISOString().slice(0, 13);
  const latest = [current, ...cursors.map((item) => shardPosition.parse(item['position']).hour)].sort().at(-1);
  const hour = hourBehind(latest ?? current);
  for (const { pk, sk } of cursors) {
    let isMoved = false;
    for (let tries = 0; !isMoved; tries += 1) {
      if (tries === TRIES)
        throw new RestlessShardError(`${String(pk)} moved ${TRIES} times meanwhile, expected it to rest`);
      if (tries > 0) await sleep(PAUSE_MILLISECONDS);
      const read = new GetCommand({ TableName: system.tableName('audit'), Key: { pk, sk }, ConsistentRead: true });
      const { Item: item } = await system.documents.send(read);
      isMoved = item === undefined || (await moved(system, item, hour));
    }
  }
  return hour;
};

/** The function that seals has failed. */
export class SealingFailedError extends Error {
  override readonly name = 'SealingFailedError';
}

/**
 * Has every closed chain sealed, as the schedule does every minute.
 * @throws SealingFailedError some are still not
 */
export const sealClosed = async (system: DeployedSystem): Promise<void> => {
  const FunctionName = await system.functionName('audit/seal-chains');
  let answer = '';
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { Payload, FunctionError } = await system.lambda.send(
      new InvokeCommand({ FunctionName, Qualifier: LIVE, Payload: '{}' }),
    );
    answer = `${FunctionError ?? 'no error'}: ${Payload?.transformToString() ?? ''}`;
    if ((await listed(system, 'CLOSED')).length === 0) return;
    // The schedule's own run may have been at it.
    await sleep(PAUSE_MILLISECONDS);
  }
  throw new SealingFailedError(
    `some closed chains have no seal after ${TRIES} runs, expected none; the last answered ${answer}`,
  );
};
