import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { inParallel } from '../../local/in-parallel';
import { EntityFormsFunction } from '../../local/operator/entity-forms-function';
import { BackfillFailedError } from '../../local/operator/migrate.errors';
import type { DeployedSystem } from '../harness/deployed-system';
import { type Figure, informative, none } from '../harness/figure';
import { killFunction } from '../harness/kill-function';
import { BROKEN_SEAL, SealOpener } from '../harness/open-sealed';
import type { Random } from '../harness/random';
import { scanTable } from '../harness/scan-table';

const SEGMENTS = 4;
/** Orders whose seals are opened side by side. */
const OPENED_AT_ONCE = 16;
/** Of each part; slow enough to be killed in the middle. */
const WRITES_PER_SECOND = 40;
const KILL_PAUSE_MILLISECONDS = 400;
/** Those who change copies at the same time: often enough to come between the look of a backfill at an order and its write. */
const CHANGERS = 4;
const CHANGE_PAUSE_MILLISECONDS = 5;
/** A backfill that has not come to its end by then never does. */
const GIVE_UP_MILLISECONDS = 120_000;

const address = z.looseObject({ recipient: z.string(), street: z.string(), houseNumber: z.string().optional() });

const orderItem = z.looseObject({
  pk: z.string().startsWith('order/'),
  version: z.number(),
  /** Absent in the first version of the form. */
  schemaVersion: z.number().optional(),
  state: z.looseObject({
    orderId: z.string(),
    customerId: z.string(),
    status: z.string(),
    reason: z.string().optional(),
    /** Text is sealed. */
    shipTo: z.union([z.string(), address]),
  }),
});

/** An order as its item has it. */
type StoredOrder = z.infer<typeof orderItem>;

/** An order as its item has it, with what is sealed opened. */
export interface OrderItem extends StoredOrder {
  readonly state: StoredOrder['state'] & { readonly shipTo: z.infer<typeof address> };
}

const SEALED_VERSION = 3;

const isOld = ({ schemaVersion = 1 }: Pick<StoredOrder, 'schemaVersion'>): boolean => schemaVersion < SEALED_VERSION;

const sealedFields = ['shipTo', 'paymentMethod', 'fingerprint'] as const;

/** A new form that is not sealed is opened to nothing that anybody has placed. */
const opened = async (opener: SealOpener, order: StoredOrder): Promise<OrderItem> => {
  const { state } = order;
  const { orderId, customerId } = state;
  const values = isOld(order)
    ? []
    : await inParallel(sealedFields, 1, async (field) => {
        return [field, await opener.open(customerId, `order/${orderId}/${field}`, state[field])] as const;
      });
  const whole = { ...state, ...Object.fromEntries(values) };
  const shipTo = address.safeParse(whole.shipTo).data ?? { recipient: BROKEN_SEAL, street: BROKEN_SEAL };
  return { ...order, state: { ...whole, shipTo } };
};

/** Names of what is counted. */
export const formFigures = {
  left: 'orders left in the old form',
  altered: 'orders that the change of form has lost or altered',
} as const;

/** Orders as the table has them, by id. */
export const readOrders = async (system: DeployedSystem): Promise<ReadonlyMap<string, OrderItem>> => {
  const items = await scanTable(system, system.tableName('ordering'));
  const stored = items.flatMap((item) => (item['sk'] === 'ENTITY' ? (orderItem.safeParse(item).data ?? []) : []));
  const opener = new SealOpener(system);
  const orders = await inParallel(stored, OPENED_AT_ONCE, (order) => opened(opener, order));
  return new Map(orders.map((order) => [order.state.orderId, order]));
};

/** An order of the old form whose saga is over; waits until there is one. */
export const confirmedOldOrder = async (system: DeployedSystem): Promise<OrderItem> => {
  for (;;) {
    const orders = [...(await readOrders(system)).values()];
    const found = orders.find((order) => isOld(order) && order.state.status === 'CONFIRMED');
    if (found !== undefined) return found;
    await sleep(500);
  }
};

/** Puts copies of an order of the old form beside it, as many as it takes for a backfill to last, and answers their ids. */
export const copyOrders = async (
  system: DeployedSystem,
  order: OrderItem,
  count: number,
): Promise<readonly string[]> => {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (let from = 0; from < count; from += 25) {
    const puts = ids.slice(from, from + 25).map((orderId) => ({
      PutRequest: { Item: { ...order, pk: `order/${orderId}`, state: { ...order.state, orderId } } },
    }));
    await system.documents.send(new BatchWriteCommand({ RequestItems: { [system.tableName('ordering')]: puts } }));
  }
  return ids;
};

/** Changes orders one after the other, as the store does: on the condition that the version is the one that was read. @param reasons by order */
const changeOrders = async (
  system: DeployedSystem,
  ids: readonly string[],
  random: Random,
  reasons: Map<string, string>,
  isDone: () => boolean,
): Promise<void> => {
  const TableName = system.tableName('ordering');
  while (!isDone()) {
    const orderId = random.pick(ids);
    const Key = { pk: `order/${orderId}`, sk: 'ENTITY' };
    const { Item } = await system.documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    const { version } = orderItem.parse(Item);
    const reason = `change ${random.uuid()}`;
    try {
      await system.documents.send(
        new UpdateCommand({
          ...{ TableName, Key, ConditionExpression: '#version = :version' },
          UpdateExpression: 'SET #state.#reason = :reason, #version = :next',
          ExpressionAttributeNames: { '#state': 'state', '#reason': 'reason', '#version': 'version' },
          ExpressionAttributeValues: { ':reason': reason, ':version': version, ':next': version + 1 },
        }),
      );
      reasons.set(orderId, reason);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
    await sleep(CHANGE_PAUSE_MILLISECONDS);
  }
};

/** What happens beside a backfill. */
export interface Rewriting {
  /** Orders that are changed meanwhile. */
  readonly copies: readonly string[];
  readonly random: Random;
  readonly onKill: () => void;
  /** How often the function is killed. */
  readonly kills: number;
}

/**
 * Rewrites every order of the region into the new form, while some of them change and the function that does it is killed again and again.
 * @returns the last change of each order that was changed, by its id
 * @throws BackfillFailedError it has not come to its end in two minutes
 */
export const rewriteOrders = async (
  system: DeployedSystem,
  { copies, random, onKill, kills }: Rewriting,
): Promise<ReadonlyMap<string, string>> => {
  const { cloud } = system;
  const forms = new EntityFormsFunction(cloud, cloud.outputs.get('OrderingService', 'BackfillOrdersFunction'));
  const name = await system.functionName('ordering/backfill-orders');
  let isDone = false;
  const run = randomUUID();
  const deadline = Date.now() + GIVE_UP_MILLISECONDS;
  const rewrite = async (segment: number): Promise<void> => {
    const request = { run, segment, segments: SEGMENTS, writesPerSecond: WRITES_PER_SECOND, seconds: 1 };
    for (;;) {
      try {
        if ((await forms.backfill(request)).done) return;
      } catch (error) {
        // The operator gives the same command again, but not for ever.
        if (!(error instanceof BackfillFailedError) || Date.now() > deadline) throw error;
      }
    }
  };
  const killing = killFunction(cloud, name, {
    ...{ pauseMilliseconds: KILL_PAUSE_MILLISECONDS, atMost: kills, isOver: () => isDone, onKill },
  });
  const reasons = new Map<string, string>();
  // Each has orders of its own, so that the last change of an order is known.
  const shares = Array.from({ length: CHANGERS }, (_, at) => copies.filter((_copy, index) => index % CHANGERS === at));
  const changing = shares.map((own, at) => changeOrders(system, own, random.fork(`${at}`), reasons, () => isDone));
  try {
    await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => rewrite(segment)));
  } finally {
    isDone = true;
    await killing;
    await Promise.all(changing);
  }
  return reasons;
};

/** What has to be there after a change of form. */
export interface ExpectedForms {
  /** Orders by id, before it began. */
  readonly before: ReadonlyMap<string, OrderItem>;
  /** Those that nothing but the change of form and `reasons` has touched. */
  readonly copies: readonly string[];
  /** Those of clients, whose sagas went on. */
  readonly placed: readonly string[];
  /** The last change of each copy that was changed. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** Sealed as the carrier knows it: the house number is part of the street again. */
const isAsGiven = ({ state: { shipTo } }: OrderItem): boolean =>
  shipTo.recipient === 'Drill' && shipTo.street === 'Rua das Flores 10' && shipTo.houseNumber === undefined;

/** Everything of an order but where it goes, and what was changed on purpose. */
const restOf = ({ state: { shipTo: _shipTo, country: _country, reason: _reason, ...rest } }: OrderItem): object => rest;

/** Counts what the change of form has left behind, lost or altered. */
export const countForms = (
  { before, copies, placed, reasons }: ExpectedForms,
  after: ReadonlyMap<string, OrderItem>,
): readonly Figure[] => {
  const isCopyRight = (orderId: string): boolean => {
    const [was, is] = [before.get(orderId), after.get(orderId)];
    if (was === undefined || is === undefined) return false;
    return is.state.reason === (reasons.get(orderId) ?? was.state.reason) && isDeepStrictEqual(restOf(is), restOf(was));
  };
  const isThere = (orderId: string): boolean => {
    const is = after.get(orderId);
    return is !== undefined && (isOld(is) || isAsGiven(is));
  };
  return [
    informative('orders stored in the old form when the new version came', [...before.values()].filter(isOld).length),
    informative('orders changed while they were rewritten', reasons.size),
    none(
      formFigures.left,
      [...after.values()].filter(isOld).map(({ state }) => state.orderId),
    ),
    none(formFigures.altered, [
      ...copies.filter((orderId) => !isThere(orderId) || !isCopyRight(orderId)),
      ...placed.filter((orderId) => !isThere(orderId)),
    ]),
  ];
};
