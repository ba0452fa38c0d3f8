import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbRegionGate } from '../../../lambdas/shared/dynamodb-region-gate.adapter';
import { InMemoryRegionGate } from '../../../lambdas/shared/in-memory-region-gate.adapter';
import { fenceKey, leaseKey } from '../../../lambdas/shared/region-records';
import type { RegionFence, RegionLease } from '../../../lambdas/shared/region-standing';
import { leaseOf } from '../../unit/shared/region-records';
import { temporaryTable } from '../temporary-table';
import { regionGateContract } from './region-gate.contract-suite';

const virtualTime = () => {
  let now = Date.UTC(2026, 10, 23);
  return {
    clock: { now: () => new Date(now) },
    wait: (seconds: number) => void (now += seconds * 1_000),
    inSeconds: (seconds: number) => new Date(now + seconds * 1_000).toISOString(),
  };
};
const isLease = (record: RegionLease | RegionFence): record is RegionLease => 'activeUntil' in record;

regionGateContract('the in-memory gate', async () => {
  const time = virtualTime();
  const gate = new InMemoryRegionGate({ region: 'sa-east-1', clock: time.clock });
  const put = async (...records: readonly (RegionLease | RegionFence)[]) => {
    for (const record of records) {
      const known = gate.records.get(record.region);
      gate.records.set(record.region, { ...known, ...(isLease(record) ? { lease: record } : { fence: record }) });
    }
  };
  return { gate, put, own: 'sa-east-1', other: 'us-east-1', ...time };
});

describe('on the local cloud', () => {
  const table = temporaryTable('region-gate');
  let number = 0;
  /** Regions that no other test of the table knows. */
  const start = () => {
    number += 1;
    const { client, tableName } = table();
    const time = virtualTime();
    const [own, other] = [`own-${number}`, `other-${number}`];
    const put = async (...records: readonly (RegionLease | RegionFence)[]) => {
      for (const record of records) {
        const key = isLease(record) ? leaseKey(record.region) : fenceKey(record.region);
        await client.send(new PutCommand({ TableName: tableName, Item: { ...key, ...record } }));
      }
    };
    const gateOf = (through: DynamoDBDocumentClient) =>
      new DynamoDbRegionGate(through, { tableName, region: own, clock: time.clock });
    return { client, gateOf, put, own, other, ...time };
  };

  regionGateContract('the DynamoDB gate', async () => {
    const { gateOf, client, ...rest } = start();
    return { gate: gateOf(client), ...rest };
  });

  const counting = () => {
    const started = start();
    let reads = 0;
    let away = false;
    const client = Object.create(started.client) as DynamoDBDocumentClient;
    client.send = (async (command: never) => {
      reads += 1;
      if (away) throw new Error('table is away');
      return started.client.send(command);
    }) as typeof client.send;
    return { ...started, gate: started.gateOf(client), reads: () => reads, setAway: (is: boolean) => void (away = is) };
  };

  it('reads once for all that happens at the same time and within two seconds', async () => {
    const { gate, wait, reads } = counting();

    await Promise.all([gate.assertActive(), gate.assertActive(), gate.publishesFrom()]);
    wait(1.9);
    await gate.assertActive();
    expect(reads()).toBe(1);
    wait(0.1);
    await gate.assertActive();

    expect(reads()).toBe(2);
  });

  it('lets nothing through that it cannot judge, and reads anew when it is asked again', async () => {
    const { gate, setAway, own, put, inSeconds } = counting();
    await put(leaseOf(own, inSeconds(60)));
    setAway(true);
    await expect(gate.assertActive()).rejects.toThrow('table is away');
    setAway(false);

    await expect(gate.assertActive()).resolves.toBeUndefined();
  });
});
