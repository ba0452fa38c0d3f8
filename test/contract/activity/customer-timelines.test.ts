import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type TimelineEntry, timelineKey } from '../../../lambdas/activity/customer-timeline';
import { DynamoDbCustomerTimelines } from '../../../lambdas/activity/dynamodb-customer-timelines.adapter';
import { keyInGeneration } from '../../../lambdas/shared/ordered-effect';
import { temporaryTable } from '../temporary-table';

const clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };
const entryOf = (sequence: number): TimelineEntry => ({
  ...{ entity: 'visit/v1', sequence, kind: 'viewed', sku: 'MUG' },
  occurredAt: new Date(Date.parse('2026-11-23T08:00:00.000Z') + sequence * 1_000).toISOString(),
});

describe('timelines in the table', () => {
  const table = temporaryTable('customer-timelines');
  const written = async (customerId: string, count: number) => {
    const { client, tableName: TableName } = table();
    for (let sequence = 1; sequence <= count; sequence += 1) {
      const entry = entryOf(sequence);
      const Item = { ...entry, ...keyInGeneration('v1', timelineKey(customerId, entry)) };
      await client.send(new PutCommand({ TableName, Item }));
    }
    return new DynamoDbCustomerTimelines(client, {
      ...{ tableName: TableName, consumer: 'activity.timeline', region: 'sa-east-1', clock },
    });
  };

  it('are read page by page, the newest first, each event once', async () => {
    const timelines = await written('ada', 450);
    await written('bob', 1);

    const sequences: number[] = [];
    let [pages, after]: [number, string | undefined] = [0, undefined];
    do {
      const { rows, next }: Awaited<ReturnType<typeof timelines.page>> = await timelines.page('ada', after);
      sequences.push(...rows.map(({ sequence }) => sequence));
      [pages, after] = [pages + 1, next];
    } while (after !== undefined);

    expect(sequences).toEqual(Array.from({ length: 450 }, (_, index) => 450 - index));
    expect(pages).toBe(3);
  });

  it('lead to no other customer, whatever is sent as the place to go on', async () => {
    const timelines = await written('eve', 2);
    const { next = '' } = await (await written('grace', 201)).page('grace');

    const { rows } = await timelines.page('eve', next);

    expect(rows.map(({ sequence }) => sequence)).toEqual([1]);
    expect((await timelines.page('nobody')).rows).toEqual([]);
  });
});
