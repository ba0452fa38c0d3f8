import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual, promisify } from 'node:util';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { killFunction } from '../../drills/harness/kill-function';
import { scanTable } from '../../drills/harness/scan-table';
import { deliveryAddressOf, shippingAddressOf } from '../../lambdas/ordering/delivery-address';
import { orderStore } from '../../lambdas/ordering/dynamodb-order-stores.adapter';
import { sealedOrderField, shippingAddress } from '../../lambdas/ordering/order-saga.contract';
import { alwaysActive } from '../../lambdas/shared/always-active-region-gate.adapter';
import type { BackfillProgress } from '../../lambdas/shared/backfill-entities.contract';
import { StaleEntityError } from '../../lambdas/shared/entity-store.errors';
import { isSealed } from '../../lambdas/shared/sealed';
import { clientConfig } from '../../local/deployment/aws-clients';
import { EntityFormsFunction } from '../../local/operator/entity-forms-function';
import { BackfillFailedError } from '../../local/operator/migrate.errors';
import { exampleOrder } from '../../local/orders/three-orders';
import { projectRoot } from '../../local/paths';
import { placedOrder } from '../unit/ordering/fixtures';
import { openerIn } from './customer-opener';
import { deployedStore, orderOf } from './deployed-store';

const store = deployedStore();
const [COUNT, SEGMENTS, KILLS] = [2_000, 4, 10];

/** Of a few customers each: every customer has a key. */
const orders = Array.from({ length: COUNT }, (_, index) => {
  const orderId = randomUUID();
  const shipTo = deliveryAddressOf({ ...exampleOrder.shipTo, street: `Rua das Flores ${index}` });
  const customerId = `migrated-${index % 50}`;
  return { ...placedOrder({ orderId, customerId, status: 'CONFIRMED', execution: orderId }), shipTo };
});

/** Orders as version 2 has stored them: open. */
const putOld = async (some: readonly (typeof orders)[number][]): Promise<void> => {
  const { cloud, system } = store();
  for (let from = 0; from < some.length; from += 25) {
    const puts = some.slice(from, from + 25).map(({ country: _country, ...order }) => ({
      PutRequest: {
        Item: {
          ...{ pk: `order/${order.orderId}`, sk: 'ENTITY', kind: 'order', version: 1, sequence: 1 },
          ...{ state: order, schemaVersion: 2, homeRegion: cloud.region },
          updatedAt: order.placedAt,
        },
      },
    }));
    await system.documents.send(new BatchWriteCommand({ RequestItems: { [system.tableName('ordering')]: puts } }));
  }
};

const migrate = async (...words: readonly string[]) => {
  const tsx = join(projectRoot, 'node_modules', '.bin', 'tsx');
  try {
    const { stdout } = await promisify(execFile)(tsx, [join(projectRoot, 'local', 'migrate.ts'), ...words]);
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
};

const formsHere = (): EntityFormsFunction => {
  const { cloud } = store();
  return new EntityFormsFunction(cloud, cloud.outputs.get('OrderingService', 'BackfillOrdersFunction'));
};

it('rewrites 2,000 orders while they change and the function is killed again and again', async () => {
  const { cloud, system } = store();
  await putOld(orders);
  const { old } = await formsHere().count();
  expect(old[cloud.region]).toBeGreaterThanOrEqual(COUNT);

  const refused = await migrate('contract');
  expect(refused.code).toBe(1);
  expect(refused.said).toMatch(
    /contract is refused:\n {2}sa-east-1: [\d]+ entities of sa-east-1 are stored in an old version/,
  );

  const ENTITY_SCHEMAS = { order: { reads: [2, 3], writes: 3 } };
  const env = { AWS_REGION: cloud.region, ORDERS_TABLE: system.tableName('ordering'), ENTITY_SCHEMAS };
  const written = orderStore(system.documents, env, alwaysActive);
  const reasons = new Map<string, string>();
  let [done, kills, lives] = [false, 0, 0];

  const change = async (): Promise<void> => {
    for (let at = 0; !done; at = (at + 37) % COUNT) {
      const orderId = orders[at]?.orderId ?? '';
      const basedOn = await written.find(orderId);
      if (basedOn === undefined) throw new Error(`order ${orderId} is gone`);
      const reason = `change ${reasons.size}`;
      const cause = { correlationId: orderId, causationId: 'test' };
      try {
        await written.commit({ id: orderId, basedOn, state: { ...basedOn.state, reason }, events: [], cause });
        reasons.set(orderId, reason);
      } catch (error) {
        if (!(error instanceof StaleEntityError)) throw error;
      }
      await setTimeout(10);
    }
  };
  const name = cloud.outputs.get('OrderingService', 'BackfillOrdersFunction').split(':')[6] ?? '';
  const workOn = async (segment: number): Promise<BackfillProgress> => {
    const request = { run: 'killed', segment, segments: SEGMENTS, writesPerSecond: 60, seconds: 1 };
    for (;;) {
      lives += 1;
      try {
        const progress = await formsHere().backfill(request);
        if (progress.done) return progress;
      } catch (error) {
        // The operator gives the same command again.
        if (!(error instanceof BackfillFailedError)) throw error;
      }
    }
  };
  const killing = killFunction(cloud, name, {
    ...{ pauseMilliseconds: 300, atMost: KILLS, isOver: () => done },
    onKill: () => {
      kills += 1;
    },
  });
  const changing = change();
  const parts = await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => workOn(segment)));
  done = true;
  await Promise.all([killing, changing]);

  expect(kills).toBeGreaterThanOrEqual(KILLS);
  expect(lives).toBeGreaterThan(SEGMENTS);
  expect(reasons.size).toBeGreaterThan(100);
  expect(parts.map(({ left }) => left)).toEqual([0, 0, 0, 0]);
  expect((await formsHere().count()).old).toEqual({});
  const stored = new Map((await scanTable(system, system.tableName('ordering'))).map((item) => [item['pk'], item]));
  const open = openerIn(store(), cloud.region, 300);
  const isRight = async ({ orderId, customerId, shipTo }: (typeof orders)[number]): Promise<boolean> => {
    const { schemaVersion, version, state } = Object(stored.get(`order/${orderId}`));
    const reason = reasons.get(orderId);
    const field = { customerId, field: sealedOrderField(orderId, 'shipTo') };
    const isWhole = isDeepStrictEqual(await open(field, state?.shipTo, shippingAddress), shippingAddressOf(shipTo));
    return (
      isWhole &&
      isSealed(state.shipTo) &&
      schemaVersion === 3 &&
      state.reason === reason &&
      (reason !== undefined || version === 1)
    );
  };
  const wrong: string[] = [];
  for (const order of orders) if (!(await isRight(order))) wrong.push(order.orderId);
  expect(wrong).toEqual([]);
}, 300_000);

it('shows the operator where the change stands', async () => {
  const plan = await migrate('plan', '--for', 'contract');
  const status = await migrate('status');

  expect(plan.said).toContain('now: cutover (every served version reads both forms and writes the new one)');
  expect(plan.code).toBe(0);
  expect(status.said).toMatch(
    /sa-east-1: [\d,]+ entities, none in an old form\n {2}backfill {2}last run: [\d,]+ looked at/,
  );
  expect(status.said).toContain('us-east-1: ');
});

it('lets the operator rewrite what is left, in every region its own', async () => {
  const more = orders.slice(0, 60).map((order) => ({ ...order, orderId: randomUUID() }));
  await putOld(more);

  const plan = await migrate('plan', '--for', 'contract');
  const backfill = await migrate('backfill', '--rate', '400');

  expect(plan.said).toMatch(/✖ contract\n +sa-east-1: 60 entities of sa-east-1 are stored in an old version/);
  expect(plan.code).toBe(1);
  expect(backfill.code).toBe(0);
  expect(backfill.said).toMatch(
    /sa-east-1: [\d,]+ looked at, 60 rewritten, [\d,]+ of other regions, 0 left as they are/,
  );
  expect(backfill.said).toMatch(
    /us-east-1: [\d,]+ looked at, 0 rewritten, [\d,]+ of other regions, 0 left as they are/,
  );
});

it('stores a new order in the new form, and hands the address to its saga as it is sealed', async () => {
  const { api, cloud } = store();
  const asked = orderOf(await store().newArticle());

  const { orderId } = await api.placed(asked);
  await api.orderWith(orderId, 'CONFIRMED');

  const item = await store().item('ordering', `order/${orderId}`, 'ENTITY');
  const { shipTo } = Object(item?.['state']);
  const field = { customerId: asked.customerId, field: sealedOrderField(orderId, 'shipTo') };
  expect(item).toMatchObject({ schemaVersion: 3 });
  expect(isSealed(shipTo)).toBe(true);
  expect(await openerIn(store(), cloud.region)(field, shipTo, shippingAddress)).toEqual(asked.shipTo);
  const saga = cloud.outputs.get('OrderingService', 'OrderSagaArn');
  const executionArn = `${saga.replace(':stateMachine:', ':execution:')}:${orderId}`;
  const { input = '' } = await new SFNClient(clientConfig(cloud)).send(new DescribeExecutionCommand({ executionArn }));
  expect(JSON.parse(input)).toMatchObject({ data: { shipTo } });
});
