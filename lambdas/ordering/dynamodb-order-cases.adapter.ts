import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { alwaysActive } from '../shared/always-active-region-gate.adapter';
import { StaleEntityError } from '../shared/entity-store.errors';
import type { RegionGate } from '../shared/region-gate.port';
import type { OrderCase } from './order-case';
import type { OrderCases } from './order-cases.port';

const caseItem = z.object({
  caseId: z.string(),
  kind: z.enum(['compensation', 'step']),
  orderId: z.string(),
  step: z.string(),
  reason: z.string(),
  explanation: z.string(),
  execution: z.string(),
  count: z.int(),
  openedAt: z.string(),
  // The sparse index of open cases hangs on this attribute: a closed case does not have it.
  caseStatus: z.optional(z.literal('OPEN')),
  redrive: z.object({
    entry: z.enum(['forward', 'compensate', 'confirm']),
    sagaId: z.string(),
    stateMachineArn: z.string(),
  }),
  redriveFunction: z.string(),
});

const keyOf = (caseId: string) => ({ pk: `CASE#${caseId}`, sk: 'CASE' });

/** Cases in ordering's own table, in the shape that every context's cases have. */
export class DynamoDbOrderCases implements OrderCases {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly gate: RegionGate = alwaysActive,
  ) {}

  async find(caseId: string): Promise<OrderCase | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: keyOf(caseId), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { caseStatus, ...stored } = caseItem.parse(Item);
    return { ...stored, status: caseStatus ?? 'CLOSED' };
  }

  async open({ status: _open, ...opened }: OrderCase): Promise<void> {
    await this.gate.assertActive();
    const item = {
      ...keyOf(opened.caseId),
      ...opened,
      itemType: 'CASE',
      context: 'ordering',
      subject: `order/${opened.orderId}`,
      caseStatus: 'OPEN',
    };
    const command = new PutCommand({
      TableName: this.tableName,
      Item: item,
      ConditionExpression: opened.count === 1 ? 'attribute_not_exists(pk)' : '#count = :before',
      ...(opened.count > 1 && {
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':before': opened.count - 1 },
      }),
    });
    try {
      await this.client.send(command);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        throw new StaleEntityError(`case/${opened.caseId}`, { cause: error });
      throw error;
    }
  }

  async close({ caseId, count }: OrderCase, { as, at }: { readonly as: string; readonly at: string }): Promise<void> {
    await this.gate.assertActive();
    const command = new UpdateCommand({
      TableName: this.tableName,
      Key: keyOf(caseId),
      UpdateExpression: 'SET closedAs = :as, closedAt = :at REMOVE caseStatus',
      ConditionExpression: '#count = :known AND attribute_exists(caseStatus)',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':as': as, ':at': at, ':known': count },
    });
    try {
      await this.client.send(command);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
