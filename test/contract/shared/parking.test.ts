import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbParking } from '../../../lambdas/shared/dynamodb-parking.adapter';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import type { RegionGate } from '../../../lambdas/shared/region-gate.port';
import { temporaryTable } from '../temporary-table';
import { parkingContract } from './parking.contract-suite';

const names = { context: 'shop', consumer: 'fill-basket', region: 'sa-east-1' };
const clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };

parkingContract('the in-memory parking', async (where) => new InMemoryParking({ ...names, ...where }));

describe('on the local cloud', () => {
  const table = temporaryTable('parking');
  const start = (where: { readonly gate?: RegionGate; readonly region?: string } = {}) => {
    const { client, tableName } = table();
    return new DynamoDbParking(client, { ...names, tableName, clock, ...where });
  };

  parkingContract('the DynamoDB parking', async (where) => start(where));

  it('keeps a discarded message with who, when and why, and without an end', async () => {
    const parking = start();
    const about = { kind: 'message', group: 'order/8', subject: 'order/8', reason: 'Unreadable' } as const;
    const opening = { ...about, explanation: 'not JSON', redriveFunction: 'consumer:live' };
    const messages = ['street 5', '{}'].map((body) => ({ body, attributes: { messageId: body } }));
    const caseId = await parking.park({ ...opening, messages });
    const read = async (sk: string) => {
      const { client, tableName } = table();
      const Key = { pk: `CASE#${caseId}`, sk };
      return (await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;
    };

    await parking.discard(caseId, 1, { reason: 'no JSON', by: 'operator-1' });
    await parking.done(caseId, 2);

    expect(await read('MESSAGE#000001')).toEqual({
      ...{ pk: `CASE#${caseId}`, sk: 'MESSAGE#000001', body: 'street 5', attributes: { messageId: 'street 5' } },
      discarded: { at: '2026-11-23T08:00:00.000Z', by: 'operator-1', reason: 'no JSON' },
    });
    expect(await read('MESSAGE#000002')).toHaveProperty('expiresAt');
  });

  it('stores a case as operators and their index read it', async () => {
    const parking = start();
    const about = { kind: 'message', group: 'order/9', subject: 'order/9', reason: 'Unreadable' } as const;
    const opening = { ...about, explanation: 'not JSON', redriveFunction: 'consumer:live' };
    const read = async (caseId: string) => {
      const { client, tableName } = table();
      const Key = { pk: `CASE#${caseId}`, sk: 'CASE' };
      return (await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;
    };

    const caseId = await parking.park({ ...opening, messages: [{ body: 'x', attributes: {} }] });
    const open = await read(caseId);
    await parking.done(caseId, 1);
    await parking.close(caseId, 'redriven');
    const closed = await read(caseId);

    const openedAt = '2026-11-23T08:00:00.000Z';
    expect(open).toMatchObject({
      ...opening,
      ...names,
      caseId,
      itemType: 'CASE',
      caseStatus: 'OPEN',
      count: 1,
      openedAt,
    });
    expect(closed).toMatchObject({ closedAs: 'redriven', closedAt: openedAt });
    expect(closed).not.toHaveProperty('caseStatus');
  });
});
