import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbOrderCases } from '../../../lambdas/ordering/dynamodb-order-cases.adapter';
import type { OrderCase } from '../../../lambdas/ordering/order-case';
import type { OrderCases } from '../../../lambdas/ordering/order-cases.port';
import { RegionFencedError } from '../../../lambdas/shared/region-gate.errors';
import type { RegionGate } from '../../../lambdas/shared/region-gate.port';
import { InMemoryOrderCases } from '../../unit/ordering/fixtures';
import { evacuatedGate } from '../../unit/shared/two-regions';
import { temporaryTable } from '../temporary-table';

let number = 0;

/** A case that no other test knows. */
const newCase = (changes: Partial<OrderCase> = {}): OrderCase => {
  number += 1;
  return {
    caseId: `case-${number}`,
    kind: 'compensation',
    orderId: `order-${number}`,
    step: 'refund',
    reason: 'RefundGivenUp',
    explanation: 'what failed, what it means, what a redrive will do',
    execution: `order-${number}`,
    count: 1,
    openedAt: '2026-11-23T08:00:00.000Z',
    status: 'OPEN',
    redrive: { entry: 'compensate', sagaId: `order-${number}`, stateMachineArn: 'arn:of:the:saga' },
    redriveFunction: 'redrive-case:live',
    ...changes,
  };
};
const closing = { as: 'redriven', at: '2026-11-23T09:00:00.000Z' };

const orderCasesContract = (name: string, start: (gate?: RegionGate) => OrderCases): void => {
  describe(`${name} keep what waits for an operator`, () => {
    it('knows no case that was never opened', async () => {
      expect(await start().find('unknown')).toBeUndefined();
    });

    it('finds a case as it was opened', async () => {
      const cases = start();
      const opened = newCase();

      await cases.open(opened);

      expect(await cases.find(opened.caseId)).toEqual(opened);
    });

    it('lets exactly one of several openings through', async () => {
      const cases = start();
      const opened = newCase();

      const tries = [1, 2, 3, 4].map((execution) => cases.open({ ...opened, execution: `execution-${execution}` }));
      const outcomes = await Promise.allSettled(tries);

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(refused.map((error: Error) => error.name)).toEqual(Array(3).fill('StaleEntityError'));
    });

    it('opens a case again only on top of what was read', async () => {
      const cases = start();
      const opened = newCase();
      await cases.open(opened);
      const again = { ...opened, count: 2, execution: `${opened.execution}.c1`, explanation: 'parked 2 times' };

      await cases.open(again);

      expect(await cases.find(opened.caseId)).toEqual(again);
      await expect(cases.open(again)).rejects.toMatchObject({ name: 'StaleEntityError' });
      await expect(cases.open({ ...opened, count: 4 })).rejects.toMatchObject({ name: 'StaleEntityError' });
    });

    it('closes a case, which stays readable', async () => {
      const cases = start();
      const opened = newCase();
      await cases.open(opened);

      await cases.close(opened, closing);
      await cases.close(opened, { ...closing, as: 'again' });

      expect(await cases.find(opened.caseId)).toMatchObject({ ...opened, status: 'CLOSED' });
    });

    it('does not close a case that was opened again since it was read', async () => {
      const cases = start();
      const opened = newCase();
      await cases.open(opened);
      await cases.open({ ...opened, count: 2 });

      await cases.close(opened, closing);

      expect(await cases.find(opened.caseId)).toMatchObject({ status: 'OPEN', count: 2 });
    });

    it('opens a closed case again', async () => {
      const cases = start();
      const opened = newCase();
      await cases.open(opened);
      await cases.close(opened, closing);

      await cases.open({ ...opened, count: 2 });

      expect(await cases.find(opened.caseId)).toMatchObject({ status: 'OPEN', count: 2 });
    });

    it('closes nothing that was never opened', async () => {
      const cases = start();
      const unknown = newCase();

      await cases.close(unknown, closing);

      expect(await cases.find(unknown.caseId)).toBeUndefined();
    });

    it('neither opens nor closes a case in a region that may not write', async () => {
      const [cases, fenced] = [start(), start(evacuatedGate())];
      const [open, other] = [newCase(), newCase()];
      await cases.open(open);

      await expect(fenced.open(other)).rejects.toThrow(RegionFencedError);
      await expect(fenced.close(open, closing)).rejects.toThrow(RegionFencedError);

      expect(await cases.find(other.caseId)).toBeUndefined();
      expect(await cases.find(open.caseId)).toMatchObject({ status: 'OPEN' });
    });
  });
};

orderCasesContract('the cases in memory', (gate) => new InMemoryOrderCases(gate));

describe('on DynamoDB', () => {
  const table = temporaryTable('order-cases');
  const start = (gate?: RegionGate) => new DynamoDbOrderCases(table().client, table().tableName, gate);

  orderCasesContract('the cases of the table', start);

  it('stores a case as operators and their index read it', async () => {
    const opened = newCase();
    const read = async () => {
      const Key = { pk: `CASE#${opened.caseId}`, sk: 'CASE' };
      const { Item } = await table().client.send(new GetCommand({ TableName: table().tableName, Key }));
      return Item;
    };
    await start().open(opened);
    const open = await read();
    await start().close(opened, closing);
    const closed = await read();

    const about = { itemType: 'CASE', context: 'ordering', subject: `order/${opened.orderId}` };
    expect(open).toMatchObject({ ...about, caseStatus: 'OPEN', count: 1, reason: 'RefundGivenUp' });
    expect(closed).toMatchObject({ ...about, closedAs: 'redriven', closedAt: closing.at });
    expect(closed).not.toHaveProperty('caseStatus');
  });
});
