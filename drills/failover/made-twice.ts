import { setTimeout as sleep } from 'node:timers/promises';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { DeployedSystem } from '../harness/deployed-system';
import type { Placement } from './client-load';
import { CLIENT_PATIENCE, type ClientWorld } from './store-client';

const LOOK_MILLISECONDS = 100;
const LIMIT_MILLISECONDS = 6_000;

const answer = z.object({ orderId: z.string() });
const entity = z.object({ homeRegion: z.string(), state: z.object({ status: z.string() }) });

/** Where an order is placed twice, and what it is. */
export interface MadeTwice {
  readonly clients: ClientWorld;
  /** Takes the order and charges it, and its answer is lost. */
  readonly first: DeployedSystem;
  /** Has not heard of it, and cannot fulfil it. */
  readonly second: DeployedSystem;
  readonly key: string;
  readonly body: object;
}

const placeIn = async (
  { servers, tokens, host }: ClientWorld,
  region: string,
  { key, body }: Pick<MadeTwice, 'key' | 'body'>,
): Promise<string | undefined> => {
  const url = [...servers.values()].find((server) => server.region === region)?.url;
  // The answer's body may be late, too.
  const answered = await fetch(`${url}/v1/orders`, {
    method: 'POST',
    headers: {
      'idempotency-key': key,
      'content-type': 'application/json',
      authorization: `Bearer ${tokens.get(region)}`,
      'x-forwarded-host': host,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(CLIENT_PATIENCE),
  })
    .then(async (response) => ({ status: response.status, body: await response.json() }))
    .catch(() => undefined);
  return answered?.status === 201 ? answer.parse(answered.body).orderId : undefined;
};

/** Waits until a region has an entity of its own in the given status. */
const until = async (system: DeployedSystem, context: string, pk: string, status: string): Promise<boolean> => {
  const TableName = system.tableName(context);
  for (let waited = 0; waited < LIMIT_MILLISECONDS; waited += LOOK_MILLISECONDS) {
    const { Item } = await system.documents.send(
      new GetCommand({ TableName, Key: { pk, sk: 'ENTITY' }, ConsistentRead: true }),
    );
    const { data } = entity.safeParse(Item);
    if (data?.homeRegion === system.cloud.region && data.state.status === status) return true;
    await sleep(LOOK_MILLISECONDS);
  }
  return false;
};

/**
 * Places one order in two regions, as a client does whose first answer was lost. Replication from the first to the second has to be slower than
 * a charge.
 * @returns what the client was told in the end, and whether one region has charged what the other one has rejected; nothing when the second
 * did not take it
 */
export const makeTwice = async (made: MadeTwice): Promise<{ placement: Placement; charged: boolean } | undefined> => {
  const { clients, first, second } = made;
  const from = Date.now();
  const lost = await placeIn(clients, first.cloud.region, made);
  const charged = lost !== undefined && (await until(first, 'payments', `payment/${lost}`, 'CHARGED'));
  const orderId = await placeIn(clients, second.cloud.region, made);
  if (orderId === undefined) return undefined;
  const rejected = await until(second, 'ordering', `order/${orderId}`, 'REJECTED');
  const taken = { orderId, region: second.cloud.region };
  const placement = { key: made.key, continent: 'none', taken, from, until: Date.now() };
  return { placement, charged: charged && rejected };
};

/** Ends what a fenced region still runs for orders, so that nothing but a return undoes what it did. */
export const stopSagas = async (system: DeployedSystem, orderIds: readonly string[]): Promise<void> => {
  const prefix = (await system.stateMachineArn()).replace(':stateMachine:', ':execution:');
  const cause = { error: 'Drill', cause: 'stopped by a drill' };
  for (const orderId of orderIds) {
    const stop = new StopExecutionCommand({ executionArn: `${prefix}:${orderId}`, ...cause });
    // One that has ended by itself is no matter.
    await system.stepFunctions.send(stop).catch(() => undefined);
  }
};
