import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { caseIdOf } from './case-id';
import type { Clock } from './clock.port';
import { readItems } from './dynamodb-batch-read';
import { epochSeconds } from './inbox';
import { decideDiscard } from './message-discard';
import { caseKey, markerKey, messageKey, openingUpdate, readCase, type StoredCase } from './parked-case-item';
import { CaseClosedError, DiscardRefusedError } from './parking.errors';
import type { CaseOpening, Discard, NumberedMessage, ParkedMessage, Parking } from './parking.port';
import type { RegionGate } from './region-gate.port';

/** Where cases are kept, and whose they are. */
export interface DynamoDbParkingOptions {
  readonly tableName: string;
  readonly context: string;
  readonly consumer: string;
  /** Whose queue the messages come from: a case is its region's, and no other region adds to it. */
  readonly region: string;
  readonly clock: Clock;
  /** @default it always may write: the table lives in one region */
  readonly gate?: RegionGate;
}

/** Tries of a change that others were before. */
const MAX_TRIES = 20;
/** Messages read at once: 25 of at most 256 KB each are well within a function's memory. */
const PAGE = 25;
/** How long a re-driven message stays for whoever looks into the case: 30 days. */
const HANDLED_RETENTION_SECONDS = 30 * 86_400;
/** How long a message is known by its key: 30 days. Later it would be added once more, which its consumer bears. */
const KEY_RETENTION_SECONDS = 30 * 86_400;

const lost = (error: unknown): boolean =>
  error instanceof ConditionalCheckFailedException || error instanceof TransactionCanceledException;

/** Parked cases in the table of their context. Each message is numbered and stored in one transaction with the case. */
export class DynamoDbParking implements Parking {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: DynamoDbParkingOptions,
  ) {}

  async openFor(groups: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const keys = groups.map((group) => caseKey(this.idOf(group)));
    const items = await readItems(this.client, this.options.tableName, keys);
    const cases = items.map(readCase).filter(({ open }) => open);
    return new Map(cases.map(({ group, caseId }) => [group, caseId]));
  }

  async park({ messages, ...opening }: CaseOpening): Promise<string> {
    const caseId = this.idOf(opening.group);
    for (const message of messages) await this.add(caseId, message, opening);
    return caseId;
  }

  async append(caseId: string, messages: readonly ParkedMessage[]): Promise<void> {
    for (const message of messages) await this.add(caseId, message);
  }

  async messages(caseId: string): Promise<readonly NumberedMessage[]> {
    const { open, handled } = await this.read(caseId);
    if (!open) return [];
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.options.tableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': caseKey(caseId).pk,
          ':first': messageKey(caseId, handled + 1).sk,
          ':last': messageKey(caseId, handled + PAGE).sk,
        },
        ConsistentRead: true,
      }),
    );
    return Items.map(({ body, attributes, key }, index) => ({
      body: String(body),
      attributes: attributes as ParkedMessage['attributes'],
      ...(key !== undefined && { key: String(key) }),
      number: handled + index + 1,
    }));
  }

  async done(caseId: string, number: number): Promise<void> {
    await this.options.gate?.assertActive();
    const { tableName: TableName, clock } = this.options;
    const expiring = {
      TableName,
      Key: messageKey(caseId, number),
      UpdateExpression: 'SET expiresAt = :expiresAt',
      ExpressionAttributeValues: { ':expiresAt': epochSeconds(clock.now()) + HANDLED_RETENTION_SECONDS },
    };
    try {
      await this.client.send(
        new TransactWriteCommand({
          TransactItems: [{ Update: this.pastMessage(caseId, number) }, { Update: expiring }],
        }),
      );
    } catch (cause) {
      throw lost(cause) ? new CaseClosedError(caseId, { cause }) : cause;
    }
  }

  async discard(caseId: string, number: number, { reason, by }: Discard): Promise<void> {
    await this.options.gate?.assertActive();
    const { tableName: TableName, clock } = this.options;
    const keeping = {
      TableName,
      Key: messageKey(caseId, number),
      // No end is set to it: what was discarded is to be read for as long as its case is.
      UpdateExpression: 'SET discarded = :discarded',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':discarded': { at: clock.now().toISOString(), by, reason } },
    };
    const writes = [{ Update: this.pastMessage(caseId, number) }, { Update: keeping }];
    for (let tried = 1; ; tried += 1) {
      const known = await this.read(caseId);
      const decision = decideDiscard(known.exists ? known : undefined, number);
      if (decision.kind === 'refuse') throw new DiscardRefusedError(caseId, decision.why);
      try {
        await this.client.send(new TransactWriteCommand({ TransactItems: writes }));
        return;
      } catch (error) {
        if (!lost(error) || tried === MAX_TRIES) throw error;
      }
    }
  }

  async close(caseId: string, closedAs: string): Promise<boolean> {
    await this.options.gate?.assertActive();
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.options.tableName,
          Key: caseKey(caseId),
          UpdateExpression: 'REMOVE caseStatus SET closedAs = :closedAs, closedAt = :now',
          ConditionExpression: 'caseStatus = :open AND handled = #count',
          ExpressionAttributeNames: { '#count': 'count' },
          ExpressionAttributeValues: {
            ':open': 'OPEN',
            ':closedAs': closedAs,
            ':now': this.options.clock.now().toISOString(),
          },
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const { exists, open } = await this.read(caseId);
      return exists && !open;
    }
  }

  /** The update that moves an open case past message `number`, if that is the first that waits. */
  private pastMessage(caseId: string, number: number) {
    return {
      TableName: this.options.tableName,
      Key: caseKey(caseId),
      UpdateExpression: 'SET handled = :number',
      ConditionExpression: 'caseStatus = :open AND handled = :before',
      ExpressionAttributeValues: { ':open': 'OPEN', ':number': number, ':before': number - 1 },
    };
  }

  /** Appends to the open case unless the message waits there already; opens it when there is an opening to do so. */
  private async add(caseId: string, message: ParkedMessage, opening?: Omit<CaseOpening, 'messages'>): Promise<void> {
    const { tableName: TableName, context, consumer, region, clock } = this.options;
    await this.options.gate?.assertActive();
    for (let tried = 1; ; tried += 1) {
      const known = await this.read(caseId);
      if (!known.open && !opening) throw new CaseClosedError(caseId);
      if (known.open && (await this.numberOf(caseId, message)) > known.handled) return;
      const about = opening && { caseId, context, consumer, region, openedAt: clock.now().toISOString(), ...opening };
      const update = openingUpdate(known, known.open ? undefined : about);
      const Item = { ...messageKey(caseId, known.count + 1), ...message };
      const puts = [
        { Update: { TableName, Key: caseKey(caseId), ...update } },
        { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } },
        ...this.marker(caseId, message, known.count + 1),
      ];
      try {
        await this.client.send(new TransactWriteCommand({ TransactItems: puts }));
        return;
      } catch (error) {
        if (!lost(error) || tried === MAX_TRIES) throw error;
      }
    }
  }

  /** Number of the message that was added with the same key; 0 when there is none. */
  private async numberOf(caseId: string, { key }: ParkedMessage): Promise<number> {
    if (key === undefined) return 0;
    const { tableName: TableName } = this.options;
    const Key = markerKey(caseId, key);
    const { Item } = await this.client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Number(Item?.['number'] ?? 0);
  }

  private marker(caseId: string, { key }: ParkedMessage, number: number) {
    if (key === undefined) return [];
    const { tableName: TableName, clock } = this.options;
    const expiresAt = epochSeconds(clock.now()) + KEY_RETENTION_SECONDS;
    return [{ Put: { TableName, Item: { ...markerKey(caseId, key), number, expiresAt } } }];
  }

  private async read(caseId: string): Promise<StoredCase> {
    const { tableName: TableName } = this.options;
    const { Item } = await this.client.send(new GetCommand({ TableName, Key: caseKey(caseId), ConsistentRead: true }));
    return readCase(Item ?? {});
  }

  private idOf(group: string): string {
    return caseIdOf(this.options, group);
  }
}
